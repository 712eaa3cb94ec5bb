/** The clients of the server extension, as tokens. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IReviewApi } from '../runs/tokens';
import { IPromoteApi } from '../tokens';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the token is the client
import { PromoteClient } from './client';
import { ServerPresence } from './presence';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the token is the client
import { ReviewClient } from './review-client';

export const api: JupyterFrontEndPlugin<IPromoteApi> = {
  id: 'jupyterlab-promote:api',
  description: 'Talks to the server extension.',
  autoStart: true,
  provides: IPromoteApi,
  activate: (app: JupyterFrontEnd) =>
    new PromoteClient({
      serverSettings: app.serviceManager.serverSettings,
      events: app.serviceManager.events.stream,
      presence: new ServerPresence(app.serviceManager.serverSettings)
    })
};

export const reviewApi: JupyterFrontEndPlugin<IReviewApi> = {
  id: 'jupyterlab-promote:review-api',
  description: 'Asks the server extension about runs.',
  autoStart: true,
  provides: IReviewApi,
  activate: (app: JupyterFrontEnd) =>
    new ReviewClient(app.serviceManager.serverSettings)
};
