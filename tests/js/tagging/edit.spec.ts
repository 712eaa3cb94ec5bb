import { NotebookModel } from '@jupyterlab/notebook';
import { applyTags, taggedCells } from '../../../labextension/src/tagging/edit';
import { assign } from '../../../labextension/src/tagging/retag';

function notebook(count: number): NotebookModel {
  const model = new NotebookModel();
  for (let index = 0; index < count; index++) {
    model.sharedModel.insertCell(index, { cell_type: 'code', source: 'x' });
  }
  model.sharedModel.clearUndoHistory();
  return model;
}

const tagsIn = (model: NotebookModel) =>
  taggedCells(model).map(cell => cell.tags.join());

describe('writing tags', () => {
  it('is one undo step for several cells', () => {
    const model = notebook(3);
    applyTags(model, assign(taggedCells(model), [0, 2], 'load'));
    expect(tagsIn(model)).toEqual(['step:load', '', 'step:load']);
    model.sharedModel.undo();
    expect(tagsIn(model)).toEqual(['', '', '']);
    model.sharedModel.redo();
    expect(tagsIn(model)).toEqual(['step:load', '', 'step:load']);
  });

  it('is a step of its own however quickly another one follows', () => {
    const model = notebook(1);
    applyTags(model, assign(taggedCells(model), [0], 'load'));
    applyTags(model, assign(taggedCells(model), [0], 'train'));
    model.sharedModel.undo();
    expect(tagsIn(model)).toEqual(['step:load']);
  });

  it('stays undoable when a setting of the notebook is written after it', () => {
    const model = notebook(1);
    applyTags(model, assign(taggedCells(model), [0], 'load'));
    model.setMetadata('promote', { steps: { load: { retries: 2 } } });
    model.sharedModel.undo();
    expect(tagsIn(model)).toEqual(['']);
    expect(model.getMetadata('promote')).toEqual({
      steps: { load: { retries: 2 } }
    });
  });

  it('can be taken back step by step where a tag went and came again', () => {
    const model = notebook(3);
    const steps = [
      [['step:a'], [], []],
      [['step:a'], ['step:b'], ['step:b']],
      [['step:a'], [], ['step:b']],
      [['step:a'], ['step:b'], ['step:b']]
    ];
    for (const tags of steps) {
      applyTags(model, new Map(tags.map((own, index) => [index, own])));
    }
    for (const tags of steps.slice(0, -1).reverse()) {
      model.sharedModel.undo();
      expect(tagsIn(model)).toEqual(tags.map(own => own.join()));
    }
  });

  // JupyterLab's Yjs loses steps of undo where a key was deleted and set again; this module's own is newer.
  it('deletes no key of a cell', () => {
    const model = notebook(2);
    applyTags(model, assign(taggedCells(model), [0], 'load'));
    applyTags(model, assign(taggedCells(model), [0], null));
    expect(model.cells.get(0).metadata).toEqual({ tags: [] });
    expect(model.cells.get(1).metadata).toEqual({});
  });
});
