/** Findings at their cells and lines. Wiring only. */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { IPipelines } from '../pipeline/pipelines';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- notebooks open with the page
import { CellMark } from './cell-mark';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- notebooks open with the page
import { FindingMarks } from './decorator';

export const marks: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-promote:marks',
  description: 'Marks findings at the cells and lines that they are about.',
  autoStart: true,
  requires: [IPipelines],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    pipelines: IPipelines,
    translator: ITranslator | null
  ) => {
    const findings = new FindingMarks({
      pipelineOf: panel => pipelines.of(panel).pipeline,
      createMark: pipeline =>
        new CellMark({ pipeline, translator: translator ?? nullTranslator })
    });
    app.docRegistry.addWidgetExtension('Notebook', findings);
    pipelines.analysed.connect(findings.refreshAll, findings);
  }
};
