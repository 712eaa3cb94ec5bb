/** Makes changes to a notebook as one undo step; the tag of a step stays at the step's first cell. */
import type { INotebookModel } from '@jupyterlab/notebook';
import { endUndoStep } from '../tagging/edit';
import { stepIn, tagsOf, withStep } from '../tagging/tags';
import type { IChange } from './merge';

type SharedNotebook = INotebookModel['sharedModel'];
type SharedCell = SharedNotebook['cells'][number];

/** A cell of the notebook or a new one, with what becomes of it. */
interface IPlaced {
  /** null for a new cell. */
  readonly cell: SharedCell | null;
  /** Where it stands before anything is changed; for a new cell, of what comes to stand behind it. */
  readonly index: number;
  /** null where nothing happens to it. */
  readonly change: IChange | null;
  tags: readonly string[];
}

export function applyChanges(
  notebook: INotebookModel,
  changes: readonly IChange[]
): void {
  if (changes.length === 0) {
    return;
  }
  const { sharedModel } = notebook;
  const placed = placedCells(sharedModel.cells, changes);
  passTagsOn(placed);
  endUndoStep(sharedModel);
  sharedModel.transact(() => {
    // From the bottom, so that no index above moves: the list of cells stands still within a transaction.
    for (const one of [...placed].reverse()) {
      make(sharedModel, one);
    }
  }, true);
  endUndoStep(sharedModel);
}

/** The cells with the new ones among them, and with those that go. */
function placedCells(
  cells: readonly SharedCell[],
  changes: readonly IChange[]
): IPlaced[] {
  const placed: IPlaced[] = [];
  cells.forEach((cell, index) => {
    const own = changes.filter(change => change.cell === cell.getId());
    const added = (side: IChange['side'], at: number): IPlaced[] =>
      own
        .filter(change => change.kind === 'added' && change.side === side)
        .map(change => ({ cell: null, index: at, change, tags: [] }));
    placed.push(
      ...added('before', index),
      {
        cell,
        index,
        change: own.find(change => change.kind !== 'added') ?? null,
        tags: tagsOf(cell.getMetadata('tags'))
      },
      ...added('after', index + 1)
    );
  });
  return placed;
}

/** The step's tag goes to the cell that is its first one now. */
function passTagsOn(placed: readonly IPlaced[]): void {
  placed.forEach((one, at) => {
    const step = stepIn(one.tags);
    if (one.cell === null || step === null) {
      return;
    }
    const isNew = (other: IPlaced | undefined): boolean =>
      other?.cell === null && other.change?.side === 'before';
    let first = at;
    while (isNew(placed[first - 1])) {
      first -= 1;
    }
    const heir = placed
      .slice(first)
      .find(other => other.change?.kind !== 'deleted');
    if (heir && heir !== one && stepIn(heir.tags) === null) {
      heir.tags = withStep(heir.tags, step);
      one.tags = withStep(one.tags, null);
    }
  });
}

function make(notebook: SharedNotebook, placed: IPlaced): void {
  const { cell, index, change, tags } = placed;
  if (cell === null) {
    notebook.insertCell(index, {
      cell_type: change?.type === 'markdown' ? 'markdown' : 'code',
      source: change?.after ?? '',
      metadata: tags.length > 0 ? { tags: [...tags] } : {}
    });
  } else if (change?.kind === 'deleted') {
    notebook.deleteCell(index);
  } else {
    if (change) {
      cell.setSource(change.after);
    }
    if (tags.join() !== tagsOf(cell.getMetadata('tags')).join()) {
      cell.setMetadata('tags', [...tags]);
    }
  }
}
