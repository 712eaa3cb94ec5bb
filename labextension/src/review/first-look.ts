/** Where a copy of a run opens: at the cell that failed, which stays in view while the cells around it are drawn. */
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { isObject } from '../pipeline/settings';
import { beganAt, failedStep } from '../runs/words';
import type { ReviewModel } from './model';
import { stepIn } from './place';

/** Milliseconds between two looks at whether a cell is in view. */
const LOOK_MS = 250;
/** Looks in a row that have to find the cell in view: figures above it are measured and drawn one by one. */
const STEADY = 12;
/** Looks after which it is left where it is. */
const MOST_LOOKS = 120;
/** Pixels of a cell that make it a visible one. */
const SEEN = 30;
/** With these a person says where to look instead. */
const MOVES = ['wheel', 'pointerdown', 'keydown', 'touchmove'] as const;

/** Once the run is known: its failed cell, where the notebook shows it. */
export async function firstLook(
  panel: NotebookPanel,
  model: ReviewModel,
  file: string,
  trans: TranslationBundle
): Promise<void> {
  await panel.context.ready;
  await panel.revealed;
  const look = (): void => {
    const { run } = model;
    if (run === null) {
      return;
    }
    model.changed.disconnect(look);
    // The label is the file's name: setting it would rename the file.
    panel.title.caption = [
      run.dagId,
      file === 'whole' ? '' : file,
      beganAt(trans, run)
    ]
      .filter(part => part !== '')
      .join(' ');
    const failed = failedStep(run);
    if (failed?.failedCell && (file === 'whole' || file === failed.step)) {
      reveal(panel, failed.failedCell);
    } else if (file !== 'whole') {
      const { name, attempt } = stepIn(file);
      model.choose(name);
      model.chooseAttempt(attempt);
    }
  };
  model.changed.connect(look);
  look();
}

/** The failed cell of a copy whose run Airflow does not know: a test run's. */
export async function lookAtFailed(panel: NotebookPanel): Promise<void> {
  await panel.context.ready;
  await panel.revealed;
  const failed = failedIn(panel.context.model);
  if (failed !== null) {
    reveal(panel, failed);
  }
}

/** Id of the cell that a copy says to have failed; null where none did. */
export function failedIn(notebook: INotebookModel): string | null {
  const failed = Array.from(notebook.cells).find(cell => {
    const told: unknown = cell.getMetadata('papermill');
    return isObject(told) && told.status === 'failed';
  });
  return failed?.id ?? null;
}

/** Make a cell active and visible. */
export function reveal(panel: NotebookPanel, cellId: string): void {
  const { content } = panel;
  const index = content.widgets.findIndex(cell => cell.model.id === cellId);
  if (!panel.isDisposed && index >= 0) {
    content.deselectAll();
    content.activeCellIndex = index;
    keepInView(panel, index);
  }
}

/** Scroll to a cell as often as what is drawn around it pushes it away, until it stays or the person moves. */
function keepInView(panel: NotebookPanel, index: number): void {
  const { content } = panel;
  const ended = new AbortController();
  for (const move of MOVES) {
    panel.node.addEventListener(move, () => ended.abort(), {
      capture: true,
      passive: true,
      signal: ended.signal
    });
  }
  let steady = 0;
  let looks = 0;
  const look = (): void => {
    if (ended.signal.aborted || panel.isDisposed) {
      return;
    }
    if (isInView(content, index)) {
      steady += 1;
    } else if (content.isVisible) {
      steady = 0;
      // A later request takes the place of this one.
      content.scrollToItem(index, 'start').catch(() => undefined);
    }
    looks += 1;
    if (steady < STEADY && looks < MOST_LOOKS) {
      window.setTimeout(look, LOOK_MS);
    } else {
      ended.abort();
    }
  };
  look();
}

function isInView(
  { outerNode, widgets }: NotebookPanel['content'],
  index: number
): boolean {
  const node = widgets[index]?.node;
  if (!node?.isConnected) {
    return false;
  }
  const { top } = node.getBoundingClientRect();
  const room = outerNode.getBoundingClientRect();
  return top >= room.top - 1 && top <= room.bottom - SEEN;
}
