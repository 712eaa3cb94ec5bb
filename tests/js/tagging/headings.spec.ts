import { nameOffered } from '../../../labextension/src/tagging/headings';
import type { ITaggedCell } from '../../../labextension/src/tagging/tags';

/** Cells by their text; what begins with `#` is a heading, and a name before `|` a step. */
function cellsOf(...texts: string[]): ITaggedCell[] {
  return texts.map((text, index) => {
    const [source = '', step] = text.split('|').reverse();
    return {
      id: String(index),
      type: source.startsWith('#') ? 'markdown' : 'code',
      source,
      tags: step === undefined ? [] : [`step:${step}`]
    };
  });
}

describe('the name that a heading offers a new step', () => {
  it.each([
    ['is that of the cell above', ['## Load data', 'a = 1'], 'load-data'],
    ['is that of the cell itself', ['# A', '## 2. Train *it*'], 'train-it'],
    [
      'has no pictures and addresses',
      ['# ![x](y.png) See [docs](http://z)', 'a'],
      'see-docs'
    ],
    ['goes over cells between', ['## Load', 'a = 1', 'b = a'], 'load'],
    ['is none without a heading', ['a = 1', 'b = a'], ''],
    ['is none where it has no letters', ['## 数据', 'a = 1'], ''],
    ['is none where a step has it', ['## Load', 'load|a = 1', 'b'], ''],
    ['is none after another step', ['## Load', 'other|a = 1', 'b = a'], '']
  ])('%s', (_, texts, name) => {
    const cells = cellsOf(...texts);
    expect(nameOffered(cells, cells.length - 1)).toBe(name);
  });
});
