import { PageConfig } from '@jupyterlab/coreutils';
import { ContentsManager, Drive } from '@jupyterlab/services';
import { neverRun } from '../../../labextension/src/review/attach';
import {
  ExecutedDrive,
  takeFromAddress
} from '../../../labextension/src/runs/executed-drive';

describe('the drive of executed notebooks', () => {
  it('opens although collaboration stores all notebooks in a way of its own', () => {
    const contents = new ContentsManager();
    const shared = { contentProviderId: 'rtc' };
    contents.addDrive(new Drive({ name: 'other' }));
    contents.addDrive(new ExecutedDrive({ name: 'promote' }));
    expect(() =>
      contents.getSharedModelFactory('other:a.ipynb', shared)
    ).toThrow('rtc');
    expect(
      contents.getSharedModelFactory('promote:a.ipynb', shared)
    ).toBeNull();
    contents.dispose();
  });
});

describe('an address that names a document', () => {
  it.each([
    ['promote:churn/r/churn.ipynb', 'promote:churn/r/churn.ipynb', ''],
    ['work/promote:.ipynb', '', 'work/promote:.ipynb']
  ])('is left to JupyterLab unless it is of the drive: %s', (...all) => {
    const [path, taken, left] = all;
    PageConfig.setOption('treePath', path);
    expect(takeFromAddress('promote')).toBe(taken);
    expect(PageConfig.getOption('treePath')).toBe(left);
  });
});

describe('an executed notebook', () => {
  it('gets no kernel, however it was opened', () => {
    const sessionContext = {
      kernelPreference: { name: 'python3', shouldStart: true }
    };
    neverRun({ context: { sessionContext } });
    expect(sessionContext.kernelPreference).toEqual({
      name: 'python3',
      shouldStart: false,
      canStart: false,
      autoStartDefault: false
    });
  });
});
