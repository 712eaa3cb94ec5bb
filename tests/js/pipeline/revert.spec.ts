import { FakeApi } from '../fake-api';
import { openNotebook } from '../open-notebook';

const CPUS = ['steps', 'a', 'resources', 'cpus'];
const CRON = ['schedule', 'cron'];

describe('settings', () => {
  it('are taken back change by change, what was typed into one field at once', () => {
    const { pipeline } = openNotebook(new FakeApi(), ['x', ['step:a']]);
    expect(pipeline.revertible).toBe(null);
    pipeline.set(CPUS, 1);
    pipeline.set(CPUS, 16);
    pipeline.set(CRON, '0 2 * * *');
    pipeline.set(['published'], { uid: 'u' });
    expect(pipeline.revertible).toEqual(CRON);
    pipeline.revert();
    expect(pipeline.revertible).toEqual(CPUS);
    pipeline.revert();
    expect(pipeline.settings).toEqual({
      schema_version: 1,
      published: { uid: 'u' }
    });
    expect(pipeline.revertible).toBe(null);
  });

  it('that somebody else changed meanwhile stay as they are', () => {
    const { pipeline } = openNotebook(new FakeApi(), ['x', ['step:a']]);
    pipeline.set(CPUS, 2);
    pipeline.notebook?.setMetadata('promote', {
      steps: { a: { resources: { cpus: 8 } } }
    });
    expect(pipeline.revertible).toBe(null);
  });
});
