/** An open notebook with its models, on the server with a memory. */
import { NotebookModel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import { PipelineModel } from '../../labextension/src/pipeline/model';
import { RunsModel } from '../../labextension/src/runs/model';
import type { FakeApi } from './fake-api';

const opened: IDisposable[] = [];

afterEach(() => {
  opened.splice(0).forEach(model => model.dispose());
});

/** Cells as source and tags; it closes with the test. */
export function openNotebook(api: FakeApi, ...cells: [string, string[]][]) {
  const notebook = new NotebookModel();
  cells.forEach(([source, tags], index) => {
    notebook.sharedModel.insertCell(index, {
      cell_type: 'code',
      source,
      id: `c${index}`,
      metadata: tags.length > 0 ? { tags } : {}
    });
  });
  notebook.sharedModel.clearUndoHistory();
  const pipeline = new PipelineModel({
    document: {
      ready: Promise.resolve(),
      path: 'work/churn.ipynb',
      moved: new Signal<unknown, void>({}),
      readOnly: false,
      model: notebook,
      save: () => Promise.resolve(),
      reveal: () => undefined
    },
    api,
    delay: 1
  });
  const runs = new RunsModel({ pipeline, api, interval: 60_000 });
  opened.push(pipeline, runs);
  return { notebook, pipeline, runs };
}
