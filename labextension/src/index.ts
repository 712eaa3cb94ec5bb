/** The plugins of jupyterlab-promote; this file only lists them. */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { api, reviewApi } from './api/plugin';
import { graph } from './pipeline/graph-plugin';
import { marks } from './marks/plugin';
import { pipelines, sidebar } from './pipeline/plugin';
import { debugging, reviewing } from './review/plugin';
import { failures } from './failures/plugin';
import { pipelinesPage } from './pipelines-page/plugin';
import { executed } from './runs/plugin';
import { tagging } from './tagging/plugin';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  api,
  reviewApi,
  pipelines,
  sidebar,
  tagging,
  marks,
  graph,
  executed,
  failures,
  pipelinesPage,
  debugging,
  reviewing
];

export default plugins;
