import * as React from 'react';
import { createRoot } from 'react-dom/client';
import { PromoteProblem } from '../../../labextension/src/api/problem';
import { PublishModel } from '../../../labextension/src/schedule/model';
import { PublishBar } from '../../../labextension/src/schedule/publish';
import { FakeApi } from '../fake-api';
import { openNotebook } from '../open-notebook';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

describe('a publish that somebody else overtook', () => {
  it('shows what was published meanwhile and publishes on top of it on demand', async () => {
    const api = new FakeApi();
    const { pipeline, runs } = openNotebook(api, ['a = 1', []]);
    pipeline.set(['published'], {
      dag_id: 'churn',
      version: 'v-mine',
      revision: 1
    });
    await pipeline.refresh();
    const wishes: unknown[] = [];
    api.publish = wish => {
      wishes.push(wish);
      return Promise.reject(
        new PromoteProblem('changed', 'Changed by somebody.', '', {
          revision: 2,
          version: 'v-theirs'
        })
      );
    };
    const publishing = new PublishModel({ pipeline, runs, api });
    const host = document.createElement('div');
    document.body.replaceChildren(host);
    React.act(() =>
      createRoot(host).render(
        <PublishBar pipeline={pipeline} publishing={publishing} />
      )
    );
    await React.act(() => publishing.publish());
    expect(api.asked).toContain('diff churn v-mine v-theirs');
    expect(host.textContent).toContain('What was published meanwhile');
    expect(host.textContent).toContain('-b\n+c');
    const onTop = [...host.querySelectorAll('button')].find(
      button => button.textContent === 'Publish on top of it'
    );
    await React.act(async () => {
      onTop?.click();
      await Promise.resolve();
    });
    expect(wishes[1]).toEqual({ ...pipeline.request(), expectedRevision: 2 });
    publishing.dispose();
  });
});
