/** Makes changes to a notebook as one undo step; the tag of a step stays at the step's first cell. */
import type { INotebookModel } from '@jupyterlab/notebook';
import { endUndoStep } from '../tagging/edit';
import { stepIn, tagsOf, withStep } from '../tagging/tags';
import type { IChange } from './merge';

type SharedCell = INotebookModel['sharedModel']['cells'][number];

export function applyChanges(
  notebook: INotebookModel,
  changes: readonly IChange[]
): void {
  if (changes.length === 0) {
    return;
  }
  const { sharedModel } = notebook;
  const indexOf = (id: string): number =>
    sharedModel.cells.findIndex(cell => cell.getId() === id);
  const added = new Map<string, number>();
  endUndoStep(sharedModel);
  sharedModel.transact(() => {
    for (const change of changes) {
      const index = indexOf(change.cell);
      const cell = sharedModel.cells[index];
      if (!cell) {
        continue;
      }
      if (change.kind === 'changed') {
        cell.setSource(change.after);
      } else if (change.kind === 'deleted') {
        moveTags(cell, sharedModel.cells[index + 1]);
        sharedModel.deleteCell(index);
      } else {
        const isAfter = change.side === 'after';
        const key = `${change.side} ${change.cell}`;
        const count = added.get(key) ?? 0;
        added.set(key, count + 1);
        const made = sharedModel.insertCell(
          isAfter ? index + 1 + count : index,
          {
            cell_type: change.type === 'markdown' ? 'markdown' : 'code',
            source: change.after
          }
        );
        if (!isAfter && count === 0) {
          moveTags(cell, made);
        }
      }
    }
  }, true);
  endUndoStep(sharedModel);
}

/** The next cell of the step becomes its first one. */
function moveTags(from: SharedCell, to: SharedCell | undefined): void {
  const tags = tagsOf(from.getMetadata('tags'));
  const there = to ? tagsOf(to.getMetadata('tags')) : [];
  const step = stepIn(tags);
  if (to && step !== null && stepIn(there) === null) {
    from.setMetadata('tags', withStep(tags, null));
    to.setMetadata('tags', withStep(there, step));
  }
}
