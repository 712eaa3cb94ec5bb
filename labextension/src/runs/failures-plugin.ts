/** The number of unseen failures on the sidebar's icon. Wiring only. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commands';
import { IPromoteApi } from '../tokens';
import { DOMAIN } from '../ui/react';
import { FailuresModel, type ISeenStore } from './failures';
import { runOf } from './place';
import { IFailures, IReviewApi } from './tokens';

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
