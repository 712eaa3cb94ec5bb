/** The open files that travel with a notebook: what is shown is what is published. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';

/** Save the Python modules open in the main area that lie in a notebook's folder or below it. */
export async function saveOpenModules(
  shell: JupyterFrontEnd.IShell,
  documents: IDocumentManager,
  notebook: string
): Promise<void> {
  const folder = PathExt.dirname(notebook);
  for (const widget of shell.widgets('main')) {
    const context = documents.contextForWidget(widget);
    if (
      context?.model.dirty &&
      PathExt.extname(context.path) === '.py' &&
      (folder === '' || context.path.startsWith(`${folder}/`))
    ) {
      await context.save();
    }
  }
}
