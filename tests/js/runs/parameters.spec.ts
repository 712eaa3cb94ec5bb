import type { Parameter } from '../../../labextension/src/api/_generated';
import {
  parameterText,
  parseParameter
} from '../../../labextension/src/runs/parameters';

const parameter = (
  type: Parameter['type'],
  own: Partial<Parameter> = {}
): Parameter => ({
  name: 'p',
  type,
  default: null,
  required: false,
  optional: false,
  choices: [],
  help: '',
  binding: null,
  place: { cell: null, cell_index: null, line: null },
  ...own
});

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
    expect(parseParameter(parameter(type), text)).toEqual({ value });
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
    expect(parseParameter(parameter(type), text)).toBeNull();
  });

  it('with choices give the choice, not its text', () => {
    const choice = parameter('enum', { choices: [1, 'b'] });
    expect(parseParameter(choice, '1')).toEqual({ value: 1 });
    expect(parseParameter(choice, 'c')).toBeNull();
  });

  it('show their default', () => {
    expect(parameterText(parameter('int', { default: 5 }))).toBe('5');
    expect(parameterText(parameter('str', { default: 'x' }))).toBe('x');
  });
});
