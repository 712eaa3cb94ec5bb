import { NotebookModel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { applyShown } from '../../../labextension/src/review/apply';
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

function notebook(): NotebookModel {
  const model = new NotebookModel();
  const cells = ['a', 'b', 'c'].map(id => ({
    id,
    cell_type: 'code',
    source: id,
    metadata: {},
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

describe('applying what was changed in a debug notebook', () => {
  it('names the cells and tells where the first of them stands', async () => {
    const model = notebook();
    const { text, place } = await answered(model, [ADDED, CHANGED], 'Apply');
    expect(text).toContain('Cell 2, new');
    expect(text).toContain('Cell 3, changed');
    expect(place).toBe(1);
    expect(model.sharedModel.cells.map(cell => cell.getSource())).toEqual([
      'a',
      'print(total)',
      'b',
      'print(total)'
    ]);
  });

  it('makes nothing when it is cancelled', async () => {
    const model = notebook();
    const { place } = await answered(model, [CHANGED], 'Cancel');
    expect(place).toBeNull();
    expect(model.sharedModel.cells[2]?.getSource()).toBe('c');
  });
});
