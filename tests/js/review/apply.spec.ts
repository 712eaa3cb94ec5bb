import { NotebookModel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { applyShown } from '../../../labextension/src/review/apply';
import { applyChanges } from '../../../labextension/src/review/apply-changes';
import type { IChange } from '../../../labextension/src/review/merge';
import { named, settled } from '../runs/screen';

const trans = nullTranslator.load('test');
const CHANGED: IChange = {
  kind: 'changed',
  cell: 'c',
  side: 'after',
  type: 'code',
  before: 'print(mean)',
  after: 'print(total)',
  conflict: ''
};
const ADDED: IChange = { ...CHANGED, kind: 'added', cell: 'a', before: '' };

/** The cells a, b and c, of which the first begins a step where one is named. */
function notebook(step = ''): NotebookModel {
  const model = new NotebookModel();
  const cells = ['a', 'b', 'c'].map(id => ({
    id,
    cell_type: 'code',
    source: id,
    metadata: step !== '' && id === 'a' ? { tags: [`step:${step}`] } : {},
    outputs: [],
    execution_count: null
  }));
  const version = { nbformat: 4, nbformat_minor: 5 };
  model.sharedModel.fromJSON({ ...version, cells, metadata: {} });
  return model;
}

/** What the dialog says once it is there, and what comes of the press of a button. */
async function answered(
  model: NotebookModel,
  changes: readonly IChange[],
  button: string
) {
  const made = applyShown(model, changes, trans);
  const dialog = (): string =>
    document.querySelector('.jp-Dialog')?.textContent ?? '';
  await settled(() => dialog().includes('Cell 3, changed'));
  const text = dialog();
  await React.act(async () => named(document.body, button).click());
  return { text, place: await made };
}

function sources(model: NotebookModel): string[] {
  return model.sharedModel.cells.map(cell => cell.getSource());
}

function added(after: string, cell: string, side: IChange['side'] = 'after') {
  return { ...ADDED, after, cell, side };
}

function gone(cell: string): IChange {
  return { ...CHANGED, kind: 'deleted', cell, before: cell, after: '' };
}

describe('applying what was changed in a debug notebook', () => {
  it('names the cells and tells where the first of them stands', async () => {
    const model = notebook();
    const { text, place } = await answered(model, [ADDED, CHANGED], 'Apply');
    expect(text).toContain('Cell 2, new');
    expect(text).toContain('Cell 3, changed');
    expect(place).toBe(1);
    expect(sources(model)).toEqual(['a', 'print(total)', 'b', 'print(total)']);
  });

  it('makes nothing when it is cancelled', async () => {
    const model = notebook();
    const { place } = await answered(model, [CHANGED], 'Cancel');
    expect(place).toBeNull();
    expect(model.sharedModel.cells[2]?.getSource()).toBe('c');
  });
});

describe('several changes at once', () => {
  it('stand where each of them was meant, and are undone together', () => {
    const model = notebook();
    applyChanges(model, [
      added('new 1', 'a'),
      added('new 2', 'a'),
      CHANGED,
      added('new 3', 'c'),
      gone('a'),
      gone('b')
    ]);
    expect(sources(model)).toEqual(['new 1', 'new 2', 'print(total)', 'new 3']);
    model.sharedModel.undo();
    expect(sources(model)).toEqual(['a', 'b', 'c']);
  });

  it.each([
    [[gone('a'), gone('b')], ['c']],
    [
      [added('x', 'a', 'before'), added('y', 'a', 'before'), gone('a')],
      ['x', 'y', 'b', 'c']
    ],
    [
      [added('x', 'a'), gone('a')],
      ['x', 'b', 'c']
    ]
  ])('leave the tag of a step at its first cell: %#', (changes, left) => {
    const model = notebook('load');
    applyChanges(model, changes);
    expect(sources(model)).toEqual(left);
    expect(
      model.sharedModel.cells.map(cell => cell.getMetadata('tags') ?? [])
    ).toEqual(left.map((_, at) => (at === 0 ? ['step:load'] : [])));
  });
});
