/** The sidebar and the models of open notebooks. Wiring only. */
import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commands';
import { labLinks } from '../runs/links';
import { IPromoteApi } from '../tokens';
import { promoteIcon } from '../ui/icons';
import { DOMAIN } from '../ui/react';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the sidebar shows it at once
import { ConnectionModel } from './connection';
import { saveOpenModules } from './beside';
import { IPipelines, Pipelines } from './pipelines';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- a panel is there before its icon is clicked
import { Sidebar } from './sidebar';

const SIDEBAR_ID = 'jupyterlab-promote:sidebar';

export const pipelines: JupyterFrontEndPlugin<IPipelines> = {
  id: 'jupyterlab-promote:pipelines',
  description: 'Analyses open notebooks as they are edited.',
  autoStart: true,
  requires: [INotebookTracker, IPromoteApi],
  optional: [ISettingRegistry, IDocumentManager],
  provides: IPipelines,
  activate: async (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    api: IPromoteApi,
    registry: ISettingRegistry | null,
    documents: IDocumentManager | null
  ) => {
    const settings = await registry?.load(SIDEBAR_ID).catch(() => undefined);
    const milliseconds = (key: string, fallback: number): number => {
      const value = settings?.get(key).composite;
      return typeof value === 'number' ? value : fallback;
    };
    return new Pipelines({
      tracker,
      api,
      // Asked for each notebook that is opened: a person may have changed them meanwhile.
      get analysisDelay() {
        return milliseconds('analysisDelay', 150);
      },
      get pollInterval() {
        return milliseconds('pollInterval', 5000);
      },
      saveModules: async path => {
        if (documents) {
          await saveOpenModules(app.shell, documents, path);
        }
      }
    });
  }
};

export const sidebar: JupyterFrontEndPlugin<void> = {
  id: SIDEBAR_ID,
  description: 'Shows the pipeline in the active notebook.',
  autoStart: true,
  requires: [IPipelines, IPromoteApi],
  optional: [ITranslator, ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    open: IPipelines,
    api: IPromoteApi,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ) => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const panel = new Sidebar({
      pipelines: open,
      connection: new ConnectionModel(api),
      translator: translator ?? nullTranslator,
      links: labLinks(commands),
      openGraph: () => void commands.execute(CommandIDs.openGraph)
    });
    panel.title.icon = promoteIcon;
    panel.title.caption = trans.__('Promote');
    restorer?.add(panel, panel.id);
    shell.add(panel, 'left', { rank: 600, type: 'Promote' });

    commands.addCommand(CommandIDs.show, {
      label: trans.__('Show Promote'),
      caption: trans.__('Show the pipeline of the active notebook'),
      icon: promoteIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        shell.activateById(panel.id);
        // The command palette gives the focus back to the notebook when it closes, which it does now.
        setTimeout(() => shell.activateById(panel.id));
      }
    });
    commands.addCommand(CommandIDs.publish, {
      label: trans.__('Publish Notebook as a Pipeline'),
      caption: trans.__('Save and publish the active notebook'),
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => open.current?.pipeline.analysis !== null,
      execute: async () => {
        shell.activateById(panel.id);
        await open.current?.publishing.publish();
      }
    });
    for (const command of [CommandIDs.show, CommandIDs.publish]) {
      palette?.addItem({ command, category: trans.__('Promote') });
    }
  }
};
