/** The Pipelines page. Wiring only. */
import {
  ILabShell,
  ILayoutRestorer,
  IRouter,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { URLExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../commands';
import { IPromoteApi } from '../tokens';
import { promoteIcon } from '../ui/icons';
import { DOMAIN } from '../ui/react';
import { IFailures } from '../failures/failures';
import { labLinks } from '../runs/links';
import type { PipelinesPage } from './page';
import { placeIn, showInLab } from '../runs/place';
import { IReviewApi } from '../runs/tokens';

const PLACE_ARGS = {
  type: 'object',
  properties: {
    dagId: { type: 'string', description: 'Pipeline; all where it is empty' },
    runId: { type: 'string', description: 'Run of the pipeline' }
  }
};

export const pipelinesPage: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-promote:pipelines-page',
  description: 'Shows all pipelines and their runs in the main area.',
  autoStart: true,
  requires: [IPromoteApi, IReviewApi, IFailures, IDocumentManager],
  optional: [
    ITranslator,
    ICommandPalette,
    ILayoutRestorer,
    IRouter,
    ISettingRegistry,
    ILabShell
  ],
  activate: (
    app: JupyterFrontEnd,
    api: IPromoteApi,
    review: IReviewApi,
    failures: IFailures,
    documents: IDocumentManager,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    router: IRouter | null,
    registry: ISettingRegistry | null,
    lab: ILabShell | null
  ) => {
    const { commands, shell } = app;
    const known = translator ?? nullTranslator;
    const trans = known.load(DOMAIN);
    const tracker = new WidgetTracker<MainAreaWidget<PipelinesPage>>({
      namespace: 'jupyterlab-promote-pipelines'
    });
    const open = async (): Promise<MainAreaWidget<PipelinesPage>> => {
      const { PipelinesPage } = await import('./page');
      const settings = await registry
        ?.load('jupyterlab-promote:sidebar')
        .catch(() => undefined);
      const there = tracker.find(() => true);
      if (there) {
        return there;
      }
      const content = new PipelinesPage({
        api,
        review,
        failures,
        interval: Number(settings?.get('pollInterval').composite ?? 5000),
        translator: known,
        labUrl: URLExt.join(app.serviceManager.serverSettings.baseUrl, 'lab'),
        links: {
          ...labLinks(commands),
          openSource: path => void documents.openOrReveal(path)
        }
      });
      const widget = new MainAreaWidget({ content });
      widget.id = 'jupyterlab-promote-pipelines';
      widget.toolbar.hide();
      // The main area names its content in its own words.
      content.node.setAttribute('aria-label', trans.__('Pipelines'));
      content.changed.connect(() => void tracker.save(widget));
      await tracker.add(widget);
      shell.add(widget, 'main');
      return widget;
    };

    commands.addCommand(CommandIDs.pipelines, {
      label: trans.__('Show Pipelines'),
      caption: trans.__('Show all published pipelines and their runs'),
      icon: promoteIcon,
      describedBy: { args: PLACE_ARGS },
      execute: async args => {
        const place = {
          dagId: String(args.dagId ?? ''),
          runId: String(args.runId ?? '')
        };
        if (lab === null) {
          showInLab(app.serviceManager.serverSettings.baseUrl, place);
          return;
        }
        const widget = await open();
        widget.content.visit(place);
        shell.activateById(widget.id);
      }
    });
    commands.addCommand(CommandIDs.followLink, {
      label: trans.__('Follow a Link to a Pipeline'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            search: { type: 'string', description: 'Query of the address' }
          }
        }
      },
      execute: async args => {
        const place = placeIn(String(args.search ?? ''));
        await app.restored;
        await commands.execute(CommandIDs.pipelines, { ...place });
      }
    });
    router?.register({
      command: CommandIDs.followLink,
      pattern: /[?&]promote=/
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.pipelines,
      args: widget => ({ ...widget.content.place }),
      name: () => 'pipelines'
    });
    palette?.addItem({
      command: CommandIDs.pipelines,
      category: trans.__('Promote')
    });
  }
};
