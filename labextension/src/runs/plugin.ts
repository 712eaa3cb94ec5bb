/** The read-only drive of executed notebooks. Wiring only. */
import {
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commands';
import { DOMAIN } from '../ui/react';
import { ExecutedDrive, NO_KERNEL, takeFromAddress } from './executed-drive';

const DRIVE = 'promote';

export const executed: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-promote:executed',
  description: 'Opens executed notebooks read-only.',
  autoStart: true,
  requires: [IDocumentManager],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    documents: IDocumentManager,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { contents, serverSettings } = app.serviceManager;
    contents.addDrive(
      new ExecutedDrive({
        name: DRIVE,
        apiEndpoint: 'promote/api/contents',
        serverSettings
      })
    );
    const open = (path: string) =>
      documents.openOrReveal(path, 'Notebook', undefined, {}, NO_KERNEL);
    app.commands.addCommand(CommandIDs.openRun, {
      label: trans.__('Open Executed Notebook'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            path: {
              type: 'string',
              description: 'Path below the drive of executed notebooks'
            }
          },
          required: ['path']
        }
      },
      execute: async args => {
        const { tabPath } = await import('../review/place');
        return open(`${DRIVE}:${tabPath(String(args.path))}`);
      }
    });
    const named = takeFromAddress(DRIVE);
    if (named) {
      void app.restored.then(() => open(named));
    }
  }
};
