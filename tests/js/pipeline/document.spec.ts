import type { NotebookPanel } from '@jupyterlab/notebook';
import { documentOf } from '../../../labextension/src/pipeline/document';

describe('an open notebook', () => {
  it.each([
    [false, true, 1],
    [true, true, 0],
    [false, false, 0]
  ])(
    'edited by several (%s), writable (%s): is saved %s times',
    async (collaborative, writable, times) => {
      const save = jest.fn(() => Promise.resolve());
      const modules = jest.fn(() => Promise.resolve());
      const context = {
        path: 'churn.ipynb',
        contentsModel: { writable },
        model: { collaborative },
        save
      };
      const panel = { content: {}, context };
      await documentOf(panel as unknown as NotebookPanel, modules).save();
      expect(save).toHaveBeenCalledTimes(times);
      expect(modules).toHaveBeenCalledWith('churn.ipynb');
    }
  );
});
