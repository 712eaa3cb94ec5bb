import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { PublishModel } from '../../../labextension/src/schedule/model';
import { ScheduleForm } from '../../../labextension/src/schedule/schedule';
import { FakeApi } from '../fake-api';
import { openNotebook } from '../open-notebook';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

describe('the next runs of a schedule', () => {
  it('say whether they are those that happen, or would', async () => {
    const api = new FakeApi();
    const { pipeline, runs } = openNotebook(api, ['a = 1', []]);
    pipeline.set(['schedule'], { cron: '0 2 * * *', timezone: 'UTC' });
    pipeline.set(['published'], { dag_id: 'churn', revision: 1 });
    await pipeline.refresh();
    const publishing = new PublishModel({ pipeline, runs, api });
    const ask = api.publishState.bind(api);
    const host = document.createElement('div');
    await React.act(async () =>
      createRoot(host).render(
        <ScheduleForm model={pipeline} publishing={publishing} />
      )
    );
    const title = async (more: object): Promise<string | null | undefined> => {
      api.publishState = async now => ({ ...(await ask(now)), ...more });
      await React.act(() => publishing.refresh());
      return host.querySelector('.jp-Promote-ahead summary')?.textContent;
    };
    expect(await title({ state: 'up_to_date' })).toBe('Next runs');
    expect(await title({ paused: true })).toBe('Next runs, once switched on');
    const scheduleChange = { before: 'At 02:00', after: 'At 06:00' };
    expect(await title({ state: 'ahead', scheduleChange })).toBe(
      'Next runs, once published'
    );
    expect(await title({ state: 'retired' })).toBe('Next runs, once published');
    publishing.dispose();
  });
});
