/** The read-only drive of executed notebooks. Wiring only. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { Drive } from '@jupyterlab/services';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commands';
import { DOMAIN } from '../ui/react';

const DRIVE = 'promote';
const NO_KERNEL = {
  shouldStart: false,
  canStart: false,
  autoStartDefault: false
};

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
      new Drive({
        name: DRIVE,
        apiEndpoint: 'promote/api/contents',
        serverSettings
      })
    );
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
      execute: args =>
        documents.openOrReveal(
          `${DRIVE}:${String(args.path)}`,
          'Notebook',
          undefined,
          {},
          NO_KERNEL
        )
    });
  }
};
