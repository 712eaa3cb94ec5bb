import { ContentsManager, Drive } from '@jupyterlab/services';
import { ExecutedDrive } from '../../../labextension/src/runs/executed-drive';

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
