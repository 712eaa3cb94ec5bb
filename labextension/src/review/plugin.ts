/** Debug notebooks, comparisons and the bar of executed notebooks. Wiring only. */
import {
  ILabShell,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { MainAreaWidget, showErrorMessage } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';
import { CommandIDs } from '../commands';
import { labLinks } from '../runs/links';
import { IReviewApi } from '../runs/tokens';
import { IPromoteApi } from '../tokens';
import { DOMAIN } from '../ui/react';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- notebooks open with the page
import { ReviewBars } from './attach';
import type { CompareView } from './compare';
import { originOf } from './origin';

const RUN_ARGS = {
  type: 'object',
  properties: {
    dagId: { type: 'string', description: 'Pipeline' },
    runId: { type: 'string', description: 'Run' },
    other: {
      type: 'string',
      description: 'previous, success, weekday, source, or the id of a run'
    }
  },
  required: ['dagId', 'runId']
};
const STEP_ARGS = {
  type: 'object',
  properties: {
    dagId: { type: 'string', description: 'Pipeline' },
    runId: { type: 'string', description: 'Run' },
    step: { type: 'string', description: 'Step' },
    mapIndex: { type: 'number', description: 'Item of a mapped step, else -1' },
    attempt: { type: 'number', description: 'Attempt; 0 for the latest' }
  },
  required: ['dagId', 'runId', 'step']
};

const REPAIR_ARGS = {
  ...STEP_ARGS,
  properties: {
    ...STEP_ARGS.properties,
    why: { type: 'string', description: 'Why it is asked' }
  }
};

export const debugging: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-promote:debugging',
  description: 'Opens steps of runs in a kernel with their inputs.',
  autoStart: true,
  requires: [IReviewApi, IDocumentManager, INotebookTracker],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    review: IReviewApi,
    documents: IDocumentManager,
    notebooks: INotebookTracker,
    translator: ITranslator | null
  ) => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const origin = () =>
      originOf(
        notebooks.currentWidget?.content.model?.getMetadata('derived_from')
      );
    commands.addCommand(CommandIDs.debugStep, {
      label: trans.__('Debug a Step of a Run'),
      describedBy: { args: STEP_ARGS },
      execute: async args => {
        const { debugStep } = await import('./debug');
        const attempt = Number(args.attempt ?? 0);
        await debugStep(
          {
            dagId: String(args.dagId),
            runId: String(args.runId),
            step: String(args.step),
            mapIndex: Number(args.mapIndex ?? -1),
            ...(attempt > 0 ? { attempt } : {})
          },
          { review, trans, open: path => documents.openOrReveal(path) }
        );
      }
    });
    commands.addCommand(CommandIDs.runToFailure, {
      label: trans.__('Run up to the Failing Cell'),
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => Boolean(origin()?.failedCell),
      execute: async () => {
        const panel = notebooks.currentWidget;
        const cell = origin()?.failedCell;
        if (panel && cell) {
          const { runBefore } = await import('./run-before');
          await runBefore(panel, cell);
        }
      }
    });
    commands.addCommand(CommandIDs.applyToSource, {
      label: trans.__('Apply Debug Notebook to Its Source'),
      caption: trans.__('Bring what was changed here back to the notebook'),
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => origin()?.debug === true,
      execute: async () => {
        const from = notebooks.currentWidget;
        const known = origin();
        if (from && known) {
          const { applyToSource } = await import('./apply-to-source');
          await applyToSource(from, known, {
            review,
            contents: app.serviceManager.contents,
            documents,
            trans
          });
        }
      }
    });
    commands.addCommand(CommandIDs.backToSource, {
      label: trans.__('Back to Source'),
      caption: trans.__(
        'Open the notebook that the pipeline is published from'
      ),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            dagId: { type: 'string', description: 'Pipeline' }
          }
        }
      },
      isEnabled: () => true,
      execute: async args => {
        const dagId = String(args.dagId ?? origin()?.dagId ?? '');
        const rows = await review.overview();
        const row = rows.find(one => one.dagId === dagId);
        if (row?.sourceFound) {
          documents.openOrReveal(row.path);
        } else {
          await showErrorMessage(
            trans.__('The source is not here'),
            row
              ? trans.__('It was published from %1.', row.path)
              : trans.__('There is no pipeline %1.', dagId)
          );
        }
      }
    });
  }
};

export const reviewing: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-promote:reviewing',
  description: 'Shows the run over executed notebooks, and compares runs.',
  autoStart: true,
  requires: [IPromoteApi, IReviewApi],
  optional: [ITranslator, ILabShell],
  activate: (
    app: JupyterFrontEnd,
    api: IPromoteApi,
    review: IReviewApi,
    translator: ITranslator | null,
    lab: ILabShell | null
  ) => {
    const { commands, docRegistry, shell } = app;
    const known = translator ?? nullTranslator;
    const trans = known.load(DOMAIN);
    const links = labLinks(commands);
    const compared = new Map<string, MainAreaWidget<CompareView>>();
    docRegistry.addWidgetExtension(
      'Notebook',
      new ReviewBars({ api, review, links, translator: known })
    );
    commands.addCommand(CommandIDs.repairRun, {
      label: trans.__('Repair a Run'),
      caption: trans.__('Run steps again, from one that is chosen'),
      describedBy: { args: REPAIR_ARGS },
      execute: async args => {
        const { repairFrom } = await import('../runs/repair-from');
        const run = await review.run({
          dagId: String(args.dagId),
          runId: String(args.runId)
        });
        return repairFrom(run, String(args.step ?? ''), {
          review,
          trans,
          why: String(args.why ?? '')
        });
      }
    });
    commands.addCommand(CommandIDs.compareRun, {
      label: trans.__('Compare a Run'),
      caption: trans.__(
        'Show what is different from another run or the source'
      ),
      describedBy: { args: RUN_ARGS },
      execute: async args => {
        if (lab === null) {
          // The page of the run, which has the comparison.
          await commands.execute(CommandIDs.pipelines, { ...args });
          return;
        }
        const other = String(args.other ?? 'previous');
        const name = `${String(args.dagId)}/${String(args.runId)}`;
        const before = compared.get(name);
        if (before) {
          shell.activateById(before.id);
          await before.content.model.with(other);
          return;
        }
        const { CompareModel, CompareView } = await import('./compare');
        const model = new CompareModel(
          { dagId: String(args.dagId), runId: String(args.runId) },
          review
        );
        const content = new CompareView({
          model,
          translator: known,
          open: path => links.open(path)
        });
        const widget = new MainAreaWidget({ content });
        widget.id = `jupyterlab-promote-compare-${UUID.uuid4()}`;
        widget.toolbar.hide();
        content.node.setAttribute('aria-label', trans.__('Comparison'));
        shell.add(widget, 'main');
        compared.set(name, widget);
        widget.disposed.connect(() => compared.delete(name));
        shell.activateById(widget.id);
        await model.with(other);
      }
    });
  }
};
