/** The graph in the main area. Wiring only. */
import {
  ILabShell,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, MainAreaWidget } from '@jupyterlab/apputils';
import { URLExt } from '@jupyterlab/coreutils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commands';
import { promoteIcon } from '../ui/icons';
import { DOMAIN } from '../ui/react';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the sidebar draws with it at once
import { GraphPage } from './graph-page';
import { IPipelines } from './pipelines';

export const graph: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-promote:graph',
  description: 'Shows the step graph of a notebook in the main area.',
  autoStart: true,
  requires: [IPipelines],
  optional: [ITranslator, ICommandPalette, ILabShell],
  activate: (
    app: JupyterFrontEnd,
    pipelines: IPipelines,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    lab: ILabShell | null
  ) => {
    const { commands, shell } = app;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const pages = new Map<string, MainAreaWidget<GraphPage>>();
    commands.addCommand(CommandIDs.openGraph, {
      label: trans.__('Show Step Graph'),
      caption: trans.__('Show the step graph of the notebook, large'),
      icon: promoteIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => pipelines.current !== null,
      execute: () => {
        const open = pipelines.current;
        if (!open) {
          return;
        }
        if (lab === null) {
          const { baseUrl } = app.serviceManager.serverSettings;
          const path = URLExt.encodeParts(open.pipeline.path);
          window.open(
            URLExt.join(baseUrl, 'lab/tree', path),
            '_blank',
            'noopener'
          );
          return;
        }
        const known = pages.get(open.key);
        const page =
          known ??
          new MainAreaWidget({
            content: new GraphPage({
              open,
              translator: translator ?? nullTranslator
            })
          });
        if (!known) {
          pages.set(open.key, page);
          page.id = `jp-Promote-graph-${open.key}`;
          page.title.label = trans.__('Graph of %1', open.pipeline.stem);
          page.title.icon = promoteIcon;
          page.disposed.connect(() => pages.delete(open.key));
          open.pipeline.disposed.connect(() => page.dispose());
          shell.add(page, 'main', { mode: 'split-right' });
        }
        shell.activateById(page.id);
      }
    });
    palette?.addItem({
      command: CommandIDs.openGraph,
      category: trans.__('Promote')
    });
  }
};
