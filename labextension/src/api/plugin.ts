/** The client of the server extension, as a token. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IPromoteApi } from '../tokens';
import { PromoteClient } from './client';

export const api: JupyterFrontEndPlugin<IPromoteApi> = {
  id: 'jupyterlab-promote:api',
  description: 'Talks to the server extension.',
  autoStart: true,
  provides: IPromoteApi,
  activate: (app: JupyterFrontEnd) =>
    new PromoteClient({
      serverSettings: app.serviceManager.serverSettings,
      events: app.serviceManager.events.stream
    })
};
