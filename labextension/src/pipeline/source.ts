/** The notebook as the server needs it. Pure. */
import type { INotebookContent } from '@jupyterlab/nbformat';

/** The notebook without outputs, which the analysis never reads and which may be large. */
export function withoutOutputs(content: INotebookContent): INotebookContent {
  return {
    ...content,
    cells: content.cells.map(cell =>
      cell.cell_type === 'code' ? { ...cell, outputs: [] } : cell
    )
  };
}
