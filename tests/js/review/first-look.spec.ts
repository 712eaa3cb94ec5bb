import { NotebookModel } from '@jupyterlab/notebook';
import { failedIn } from '../../../labextension/src/review/first-look';

function executed(...states: (string | null)[]): NotebookModel {
  const notebook = new NotebookModel();
  states.forEach((status, index) => {
    notebook.sharedModel.insertCell(index, {
      cell_type: 'code',
      source: '',
      metadata: status === null ? {} : { papermill: { status } }
    });
  });
  return notebook;
}

describe('the cell at which a test run’s copy opens', () => {
  it('is the one that failed', () => {
    const notebook = executed(null, 'completed', 'failed', 'pending');
    expect(failedIn(notebook)).toBe(notebook.cells.get(2).id);
  });

  it('is none where all went well', () => {
    expect(failedIn(executed(null, 'completed'))).toBeNull();
  });
});
