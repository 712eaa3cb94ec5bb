/** Run a notebook as far as it went well. */
import { NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';

/** Run all cells before one and make that one active, so that it can be changed and run. */
export async function runBefore(
  panel: NotebookPanel,
  cellId: string
): Promise<void> {
  const { content, sessionContext } = panel;
  await sessionContext.ready;
  const index = content.widgets.findIndex(cell => cell.model.id === cellId);
  if (index < 0) {
    return;
  }
  content.deselectAll();
  await NotebookActions.runCells(
    content,
    content.widgets.slice(0, index),
    sessionContext
  );
  content.activeCellIndex = index;
  await content.scrollToItem(index, 'smart');
  content.activate();
}
