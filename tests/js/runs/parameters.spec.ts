import type { Parameter } from '../../../labextension/src/api/_generated';
import {
  parameterText,
  parseParameter
} from '../../../labextension/src/runs/parameters';
import { parameter } from './a-parameter';

const ofType = (type: Parameter['type'], own: Partial<Parameter> = {}) =>
  parameter('p', type, own);

describe('parameters of a run', () => {
  it.each([
    ['int', '5', 5],
    ['float', '2.5', 2.5],
    ['bool', 'True', true],
    ['str', ' as it is', ' as it is'],
    ['list', '[1, 2]', [1, 2]],
    ['dict', '{"a": 1}', { a: 1 }],
    ['date', '2026-01-31', '2026-01-31'],
    ['datetime', '2026-01-31T10:00', '2026-01-31T10:00']
  ] as const)('of type %s take %p', (type, text, value) => {
    expect(parseParameter(ofType(type), text)).toEqual({ value });
  });

  it.each([
    ['int', '5.5'],
    ['float', 'many'],
    ['bool', '1'],
    ['list', '{}'],
    ['dict', '[1'],
    ['date', '31.01.2026'],
    ['datetime', 'soon']
  ] as const)('of type %s refuse %p', (type, text) => {
    expect(parseParameter(ofType(type), text)).toBeNull();
  });

  it('with choices give the choice, not its text', () => {
    const choice = ofType('enum', { choices: [1, 'b'] });
    expect(parseParameter(choice, '1')).toEqual({ value: 1 });
    expect(parseParameter(choice, 'c')).toBeNull();
  });

  it('show their default', () => {
    expect(parameterText(ofType('int', { default: 5 }))).toBe('5');
    expect(parameterText(ofType('str', { default: 'x' }))).toBe('x');
  });
});
