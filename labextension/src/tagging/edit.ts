/** Writes tags into a notebook. The only place that changes cells; each call is one undo step. */
import type { INotebookModel, Notebook } from '@jupyterlab/notebook';
import type { Retagging } from './retag';
import { isParameters, type ITaggedCell, tagsOf } from './tags';

/** The notebook's cells as tagging sees them. */
export function taggedCells(notebook: INotebookModel): ITaggedCell[] {
  return [...notebook.cells].map(cell => ({
    id: cell.id,
    type: cell.type,
    // Only asked for by few, and costly in a long notebook.
    get source() {
      return cell.sharedModel.getSource();
    },
    tags: tagsOf(cell.getMetadata('tags'))
  }));
}

/** Indices of the cells that a command is meant for: the selected ones, else the active one. */
export function chosenCells(notebook: Notebook): number[] {
  return notebook.widgets
    .map((_, index) => index)
    .filter(index => {
      const cell = notebook.widgets[index];
      return (
        cell !== undefined &&
        (notebook.isSelectedOrActive(cell) ||
          index === notebook.activeCellIndex)
      );
    });
}

/**
 * Apply new tags as one undoable step.
 *
 * A cell's own `setMetadata` is outside of undo; the origin of the outer transaction is what counts.
 */
export function applyTags(notebook: INotebookModel, change: Retagging): void {
  if (change.size === 0) {
    return;
  }
  const { sharedModel } = notebook;
  endUndoStep(sharedModel);
  sharedModel.transact(() => {
    for (const [index, tags] of change) {
      const cell = notebook.cells.get(index);
      // Who edits along is told of no cell that stays as it is, and undo has nothing to take back there.
      if (tags.join() !== tagsOf(cell.getMetadata('tags')).join()) {
        // An empty list stays: the Yjs of JupyterLab cannot undo past a key that went and came again.
        cell.setMetadata('tags', [...tags]);
      }
    }
  }, true);
  endUndoStep(sharedModel);
}

/** A line of a cell that is to become a parameter, with the line that declares it. */
export interface IParameterLine {
  readonly cell: string;
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

/** Move a line into the parameters cell, which comes before all other code when there is none yet. */
export function makeParameter(
  notebook: INotebookModel,
  { cell, line, text }: IParameterLine
): void {
  const cells = [...notebook.cells];
  const from = cells.find(found => found.id === cell)?.sharedModel;
  const known = cells.find(found =>
    isParameters(tagsOf(found.getMetadata('tags')))
  )?.sharedModel;
  if (!from) {
    return;
  }
  const { sharedModel } = notebook;
  endUndoStep(sharedModel);
  sharedModel.transact(() => {
    const lines = from.getSource().split('\n');
    lines.splice(line - 1, 1);
    from.setSource(lines.join('\n'));
    if (known) {
      known.setSource(`${known.getSource().replace(/\s+$/, '')}\n${text}`);
    } else {
      const first = cells.findIndex(found => found.type === 'code');
      sharedModel.insertCell(first, {
        cell_type: 'code',
        source: text,
        metadata: { tags: ['parameters'] }
      });
    }
  }, true);
  endUndoStep(sharedModel);
}

/** Changes within half a second of each other would else be undone together. */
export function endUndoStep(notebook: object): void {
  if (hasUndoManager(notebook)) {
    notebook.undoManager.stopCapturing();
  }
}

/** The shared notebook of every JupyterLab is a Yjs document, which the interface does not say. */
function hasUndoManager(
  notebook: object
): notebook is { undoManager: { stopCapturing(): void } } {
  return 'undoManager' in notebook;
}
