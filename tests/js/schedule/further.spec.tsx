import * as React from 'react';
import { FurtherSchedules } from '../../../labextension/src/schedule/further';
import { PublishModel } from '../../../labextension/src/schedule/model';
import { PublishBar } from '../../../labextension/src/schedule/publish';
import { FakeApi } from '../fake-api';
import { openNotebook } from '../open-notebook';
import { draw, named } from '../runs/screen';

const WEEKLY = {
  name: 'weekly',
  dagId: 'churn__weekly',
  wanted: true,
  state: 'up_to_date' as const,
  message: '',
  sentence: '',
  schedule: {
    cron: null,
    timezone: 'UTC',
    start: null,
    catchup: false,
    overlap: 'skip' as const,
    assets: []
  },
  scheduleChange: null,
  number: 1,
  revision: 1,
  paused: false,
  pausedBy: '',
  nextRun: null,
  changes: []
};

describe('the schedules of a published notebook', () => {
  it('say what a publish changes, and which further ones there are', async () => {
    const api = new FakeApi();
    api.scheduleChange = { before: 'At 02:00, UTC', after: 'At 06:00, UTC' };
    api.further = [
      WEEKLY,
      { ...WEEKLY, name: 'old', wanted: false, message: 'It still runs.' }
    ];
    api.operations = [];
    const { pipeline, runs } = openNotebook(api, ['a = 1', []]);
    pipeline.set(['published'], { uid: 'u', dag_id: 'churn' });
    pipeline.set(['schedules', 'weekly', 'schedule'], { cron: '@weekly' });
    await pipeline.refresh();
    const publishing = new PublishModel({ pipeline, runs, api });
    await React.act(() => publishing.setPaused(false));
    const node = await draw(
      <>
        <FurtherSchedules model={pipeline} publishing={publishing} />
        <PublishBar
          pipeline={pipeline}
          publishing={publishing}
          runs={runs}
          isAway={false}
        />
      </>
    );
    expect(node.textContent).toContain('At 02:00, UTC → At 06:00, UTC');
    expect(node.textContent).toContain('churn__weekly: on, runs by hand');
    expect(node.textContent).toContain('It still runs.');
    named(node, 'Remove the schedule weekly').click();
    expect(pipeline.settings.schedules).toBe(undefined);
    publishing.dispose();
  });
});
