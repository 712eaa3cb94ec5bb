/** Tagging: chips, commands, menu. Wiring only. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commands';
import { IPipelines } from '../pipeline/pipelines';
import { promoteIcon } from '../ui/icons';
import { DOMAIN } from '../ui/react';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- commands exist from the start
import { TaggingCommands } from './commands';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- notebooks open with the page
import { CellDecorator } from './decorator';
import { stepMenu } from './menu';
import { stepNames } from './tags';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- chips come with the page
import {
  activeStep,
  type ITaggingTarget,
  moveStartOf,
  startRangeAt
} from './target';

const IN_PALETTE = [
  CommandIDs.stepMenu,
  CommandIDs.assignStep,
  CommandIDs.startStep,
  CommandIDs.renameStep,
  CommandIDs.mergeStep,
  CommandIDs.startEarlier,
  CommandIDs.startLater,
  CommandIDs.toggleSkip,
  CommandIDs.skipBelow,
  CommandIDs.toggleParameters,
  CommandIDs.untag
];

export const tagging: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-promote:tagging',
  description: 'Tags cells as steps: chips, menu, commands.',
  autoStart: true,
  requires: [INotebookTracker, IPipelines],
  optional: [ITranslator, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    pipelines: IPipelines,
    translator: ITranslator | null,
    palette: ICommandPalette | null
  ) => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const target = (): ITaggingTarget | null => {
      const panel = tracker.currentWidget;
      if (!panel || panel.isDisposed || !panel.content.activeCell) {
        return null;
      }
      const { pipeline } = pipelines.of(panel);
      return pipeline.derivedFrom ? null : { panel, pipeline };
    };
    new TaggingCommands({ commands, trans, target });
    const openMenu = (anchor: Element): void => {
      const on = target();
      const { left, bottom } = anchor.getBoundingClientRect();
      stepMenu(commands, {
        steps: stepNames(on?.pipeline.cells ?? []),
        current: on && activeStep(on),
        allSteps: trans.__('All Steps')
      }).open(left, bottom);
    };
    commands.addCommand(CommandIDs.stepMenu, {
      label: trans.__('Pipeline Step Menu'),
      caption: trans.__('Pipeline step of this cell'),
      icon: promoteIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => target() !== null,
      execute: () => {
        const cell = tracker.activeCell;
        if (cell) {
          openMenu(cell.node.querySelector('.jp-Promote-chip') ?? cell.node);
        }
      }
    });
    const decorator = new CellDecorator({
      trans,
      stepOf: (panel, cellId) => pipelines.stepOf(panel, cellId),
      startRange: (panel, cell) =>
        startRangeAt({ panel, pipeline: pipelines.of(panel).pipeline }, cell),
      moveStart: (panel, cell, index) => {
        const { pipeline } = pipelines.of(panel);
        moveStartOf({ panel, pipeline }, cell, index);
        goOnIn(panel);
      },
      isCopy: panel => Boolean(pipelines.of(panel).pipeline.derivedFrom),
      openMenu: (panel, cell, anchor) => {
        const notebook = panel.content;
        if (!notebook.isSelectedOrActive(cell)) {
          notebook.deselectAll();
        }
        notebook.activeCellIndex = notebook.widgets.indexOf(cell);
        if (!anchor.matches(':focus-visible')) {
          goOnIn(panel);
        }
        openMenu(anchor);
      }
    });
    app.docRegistry.addWidgetExtension('Notebook', decorator);
    pipelines.analysed.connect(decorator.refreshAll, decorator);
    for (const command of IN_PALETTE) {
      palette?.addItem({ command, category: trans.__('Promote') });
    }
  }
};

/** Who used a chip by mouse goes on in the notebook, where Z takes back what it did. */
function goOnIn({ content }: NotebookPanel): void {
  content.mode = 'command';
  // Not `activate`, for which a chip in it is good enough.
  content.activeCell?.node.focus({ preventScroll: true });
}
