/** The number of unseen failures on the sidebar's icon. Wiring only. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { createElement } from 'react';
import { CommandIDs } from '../commands';
import { publishedIn, rawSettings } from '../pipeline/settings';
import { IPromoteApi } from '../tokens';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- notebooks open with the page
import { HeaderBar } from '../ui/header-bar';
import { DOMAIN } from '../ui/react';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- notebooks open with the page
import { FailedBar } from './failed-bar';
import { FailuresModel, IFailures, type ISeenStore } from './failures';
import { labLinks } from '../runs/links';
import { runOf } from '../runs/place';
import { IReviewApi } from '../runs/tokens';

const SIDEBAR = 'jupyterlab-promote';
const SEEN = 'jupyterlab-promote:seen-failures';

export const failures: JupyterFrontEndPlugin<FailuresModel> = {
  id: 'jupyterlab-promote:failures',
  description: 'Counts the failed runs that nobody has looked at.',
  autoStart: true,
  requires: [IPromoteApi, IReviewApi],
  optional: [IStateDB, ITranslator],
  provides: IFailures,
  activate: (
    app: JupyterFrontEnd,
    api: IPromoteApi,
    review: IReviewApi,
    state: IStateDB | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const model = new FailuresModel({ api, review, seen: seenIn(state) });
    const links = labLinks(app.commands);
    app.docRegistry.addWidgetExtension('Notebook', {
      createNew: (panel: NotebookPanel) => {
        if (panel.context.path.includes(':')) {
          return;
        }
        const bar = new HeaderBar({
          label: trans.__('A failed run of this notebook'),
          translator: translator ?? nullTranslator,
          content: createElement(FailedBar, {
            failures: model,
            dagId: () => pipelineOf(panel),
            links
          })
        });
        panel.contentHeader.addWidget(bar);
        return bar;
      }
    });
    const count = (): void => {
      const { length } = model.unseen;
      for (const area of ['left', 'right']) {
        for (const { id, title } of app.shell.widgets(area)) {
          if (id === SIDEBAR) {
            title.dataset =
              length > 0 ? { 'promote-unseen': String(length) } : {};
            title.caption =
              length > 0
                ? trans._n(
                    'Promote: %1 failed run that you have not seen',
                    'Promote: %1 failed runs that you have not seen',
                    length
                  )
                : trans.__('Promote');
          }
        }
      }
    };
    model.changed.connect(count);
    void app.restored.then(count);
    app.commands.commandExecuted.connect((_, { id, args }) => {
      const run = IS_LOOKING.has(id) ? runOf({ ...args }) : null;
      if (run) {
        void model.see([run]);
      }
    });
    return model;
  }
};

/** The pipeline that a notebook is published as; empty for none. */
function pipelineOf(panel: NotebookPanel): string {
  return (
    publishedIn(rawSettings(panel.content.model?.getMetadata('promote')))
      ?.dag_id ?? ''
  );
}

/** Whoever does one of these looks at the run. */
const IS_LOOKING: ReadonlySet<string> = new Set([
  CommandIDs.openRun,
  CommandIDs.debugStep,
  CommandIDs.compareRun,
  CommandIDs.pipelines
]);

function seenIn(state: IStateDB | null): ISeenStore {
  return {
    load: async () => {
      const value = await state?.fetch(SEEN);
      return Array.isArray(value) ? value.map(String) : [];
    },
    save: async keys => {
      await state?.save(SEEN, [...keys]);
    }
  };
}
