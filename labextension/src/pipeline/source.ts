/** The notebook as the server needs it. Pure. */
import type { NotebookContent } from '../tokens';

/** The notebook without outputs, which the analysis never reads and which may be large. */
export function withoutOutputs(content: NotebookContent): NotebookContent {
  return {
    ...content,
    cells: content.cells.map(cell =>
      cell.cell_type === 'code' ? { ...cell, outputs: [] } : cell
    )
  };
}
