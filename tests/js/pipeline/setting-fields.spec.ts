import { nullTranslator } from '@jupyterlab/translation';
import {
  furtherFields,
  type ISettingField,
  resourceFields
} from '../../../labextension/src/pipeline/setting-fields';

const trans = nullTranslator.load('jupyterlab_promote');
const fields = [
  ...resourceFields(trans),
  ...furtherFields(trans).reduce<ISettingField[]>(
    (known, group) => [...known, ...group.fields],
    []
  )
];

function field(key: string) {
  const found = fields.find(known => known.key === key);
  if (!found) {
    throw new Error(`no field ${key}`);
  }
  return found;
}

describe('the settings of a step', () => {
  it('can all be written', () => {
    expect(fields.map(({ path }) => path.join('.'))).toEqual([
      'resources.cpus',
      'resources.gpus',
      'resources.memory',
      'resources.accelerator',
      'timeout',
      'queue_timeout',
      'retries',
      'retry_delay',
      'resources.labels',
      'map_over.over',
      'map_over.item',
      'map_over.collect',
      'environment.pip',
      'environment.env',
      'environment.secrets',
      'environment.provided',
      'after',
      'reads',
      'writes'
    ]);
  });

  it.each([
    ['cpus', '0.5', 0.5],
    ['memory', ' 4 GB', '4 GB'],
    ['timeout', '30m', 1800],
    ['retries', '2', 2],
    ['over', ' cities ', 'cities'],
    ['collect', 'a, b', ['a', 'b']],
    ['pip', 'lightgbm>=4,<5\n\npolars', ['lightgbm>=4,<5', 'polars']],
    ['env', 'A=1\nB=x=y', { A: '1', B: 'x=y' }],
    ['secrets', 'T=secret://env/T', { T: 'secret://env/T' }],
    ['reads', 'a/*.csv, b', ['a/*.csv', 'b']]
  ])('reads %s from %j', (key, text, value) => {
    const { check, read, write } = field(key);
    expect(check(text)).toBe('');
    expect(read(text)).toEqual(value);
    expect(read(write(read(text)))).toEqual(value);
  });

  it.each([
    ['cpus', '-1'],
    ['cpus', 'two'],
    ['retries', '1.5'],
    ['memory', '4 giga'],
    ['timeout', 'soon'],
    ['over', 'a.b'],
    ['collect', 'a, 1b'],
    ['env', 'A'],
    ['env', '1A=x'],
    ['secrets', 'T=plain-text-password'],
    ['provided', 'A B']
  ])('refuses %s %j', (key, text) => {
    expect(field(key).check(text)).not.toBe('');
  });
});
