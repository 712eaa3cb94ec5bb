/** The notebook as the server needs it. Pure. */
import type { NotebookContent } from '../tokens';

/**
 * The notebook as its file will hold it, without outputs, which the analysis never reads and which may be large.
 *
 * JupyterLab marks trusted cells in their metadata; the mark is not written into the file.
 */
export function asWritten(content: NotebookContent): NotebookContent {
  return {
    ...content,
    cells: content.cells.map(cell => {
      const metadata = { ...cell.metadata };
      delete metadata.trusted;
      const written = { ...cell, metadata };
      return cell.cell_type === 'code' ? { ...written, outputs: [] } : written;
    })
  };
}
