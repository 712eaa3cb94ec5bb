/** An open notebook as a document: where it lies, how it is saved, how a cell of it is shown. */
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';

/** An open notebook, as far as its pipeline needs it. */
export interface INotebookDocument {
  readonly ready: Promise<void>;
  /** Path in the Jupyter server, with the drive's name when it has one. */
  readonly path: string;
  /** Emits when it lies at another path. */
  readonly moved: ISignal<unknown, unknown>;
  /** Whether its file cannot be written. */
  readonly readOnly: boolean;
  /** null once it is closed. */
  readonly model: INotebookModel | null;
  /** Save it, where it may be written. */
  save(): Promise<void>;
  /** Make a cell active and visible. */
  reveal(index: number): void;
}

/** The document that a panel shows. */
export function documentOf(
  panel: NotebookPanel,
  saveModules: (notebook: string) => Promise<void>
): INotebookDocument {
  const { content, context } = panel;
  const readOnly = (): boolean => context.contentsModel?.writable === false;
  return {
    ready: context.ready,
    moved: context.pathChanged,
    get path() {
      return context.path;
    },
    get readOnly() {
      return readOnly();
    },
    get model() {
      return panel.isDisposed ? null : content.model;
    },
    save: async () => {
      await saveModules(context.path);
      // What several edit is saved by their server; a save of one's own would ask about the other's and wait.
      if (!readOnly() && !context.model.collaborative) {
        await context.save();
      }
    },
    reveal: index => {
      content.deselectAll();
      content.activeCellIndex = index;
      void content.scrollToItem(index, 'smart');
    }
  };
}
