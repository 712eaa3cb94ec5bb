import { NotebookModel } from '@jupyterlab/notebook';
import { applyChanges } from '../../../labextension/src/review/apply-changes';
import {
  changesOf,
  type IMergeCell,
  lineDiff
} from '../../../labextension/src/review/merge';
import { taggedCells } from '../../../labextension/src/tagging/edit';

const cell = (id: string, source: string, ...tags: string[]): IMergeCell => ({
  id,
  type: 'code',
  source,
  tags
});

const BASE = [
  cell('a', 'rows = [1]', 'step:load'),
  cell('b', 'mean = 1', 'step:mean'),
  cell('c', 'print(mean)'),
  cell('d', 'save()', 'step:report')
];
const STEP = ['b', 'c'];
const GENERATED = [
  cell('promote-inputs-mean', 'load_inputs()', 'promote-inputs'),
  cell('x', 'n = 3', 'injected-parameters')
];

function notebook(cells: readonly IMergeCell[]): NotebookModel {
  const model = new NotebookModel();
  model.sharedModel.fromJSON({
    cells: cells.map(({ id, source, tags }) => ({
      id,
      cell_type: 'code',
      source,
      metadata: tags.length > 0 ? { tags: [...tags] } : {},
      outputs: [],
      execution_count: null
    })),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5
  });
  model.sharedModel.clearUndoHistory();
  return model;
}

function applied(
  copy: readonly IMergeCell[],
  current: readonly IMergeCell[] = BASE
) {
  const model = notebook(current);
  const changes = changesOf(BASE, copy, taggedCells(model), STEP);
  applyChanges(model, changes);
  const shown = () =>
    taggedCells(model).map(one => [one.source, ...one.tags].join(' | '));
  const after = shown();
  model.sharedModel.undo();
  return { changes, after, undone: shown() };
}

const UNDONE = BASE.map(one => [one.source, ...one.tags].join(' | '));

describe('what was changed in a debug notebook', () => {
  it('is nothing where nothing was changed, whatever was generated', () => {
    const copy = [...GENERATED, ...BASE.slice(1, 3), cell('e', '  ')];
    expect(changesOf(BASE, copy, BASE, STEP)).toEqual([]);
  });

  it('comes back as one undo step', () => {
    const { after, undone } = applied([
      ...GENERATED,
      cell('b', 'mean = 2'),
      cell('n', 'check(mean)'),
      cell('m', 'plot(mean)'),
      cell('c', 'print(mean)')
    ]);
    expect(after).toEqual([
      'rows = [1] | step:load',
      'mean = 2 | step:mean',
      'check(mean)',
      'plot(mean)',
      'print(mean)',
      'save() | step:report'
    ]);
    expect(undone).toEqual(UNDONE);
  });

  it('keeps the tag at the first cell of the step', () => {
    expect(applied([cell('c', 'print(mean)')]).after).toEqual([
      'rows = [1] | step:load',
      'print(mean) | step:mean',
      'save() | step:report'
    ]);
    const { after, undone } = applied([
      cell('n', 'import math'),
      ...BASE.slice(1, 3)
    ]);
    expect(after.slice(1, 3)).toEqual(['import math | step:mean', 'mean = 1']);
    expect(undone).toEqual(UNDONE);
  });

  it('is a conflict where the notebook was changed as well', () => {
    const copy = [cell('b', 'mean = 2'), cell('c', 'print(mean)')];
    const both = [...BASE];
    both[1] = cell('b', 'mean = 3', 'step:mean');
    expect(
      changesOf(BASE, copy, both, STEP).map(one => [one.kind, one.conflict])
    ).toEqual([['changed', 'changed_here']]);
    const gone = BASE.filter(one => one.id !== 'b');
    expect(
      changesOf(BASE, copy, gone, STEP).map(one => [one.kind, one.conflict])
    ).toEqual([['added', 'gone_here']]);
    both[1] = cell('b', 'mean = 2', 'step:mean');
    expect(changesOf(BASE, copy, both, STEP)).toEqual([]);
  });

  it('finds cells whose ids a git filter has renumbered', () => {
    const renumbered = BASE.map((one, index) => ({ ...one, id: `${index}` }));
    const copy = [cell('b', 'mean = 2'), cell('c', 'print(mean)')];
    expect(
      changesOf(BASE, copy, renumbered, STEP).map(one => one.cell)
    ).toEqual(['1']);
  });
});

describe('a diff of lines', () => {
  it('keeps what is equal', () => {
    expect(lineDiff('a\nb\nc', 'a\nx\nc\nd')).toBe(' a\n-b\n+x\n c\n+d');
    expect(lineDiff('', 'a')).toBe('+a');
    expect(lineDiff('a', '')).toBe('-a');
    expect(lineDiff('', '')).toBe('');
  });
});
