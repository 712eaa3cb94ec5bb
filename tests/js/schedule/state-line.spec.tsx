import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { createRoot } from 'react-dom/client';
import type {
  Finding,
  PublishState
} from '../../../labextension/src/api/_generated';
import { FindingList } from '../../../labextension/src/pipeline/finding-list';
import { knownLine } from '../../../labextension/src/schedule/state-line';
import { ToCheck } from '../../../labextension/src/schedule/to-check';
import { FakeApi } from '../fake-api';
import { openNotebook } from '../open-notebook';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const trans = nullTranslator.load('jupyterlab');

function line(state: Partial<PublishState>): string {
  const published: PublishState = {
    state: 'up_to_date',
    message: '',
    number: 3,
    revision: 3,
    by: 'ana',
    at: null,
    path: 'churn.ipynb',
    paused: false,
    pausedBy: '',
    nextRun: '2036-11-24T02:00:00Z',
    schedule: {
      assets: [],
      catchup: false,
      cron: '0 2 * * *',
      overlap: 'skip',
      start: null,
      timezone: 'Pacific/Auckland'
    },
    scheduleChange: null,
    changes: [],
    further: [],
    ...state
  };
  return knownLine(trans, { state: published, unreadSince: null }, true);
}

describe('what is published', () => {
  it('names the clocks of the schedule that serves where they are not the browser’s', () => {
    expect(line({})).toBe(
      'On (v3). Next run Mon, Nov 24, 15:00 Pacific/Auckland'
    );
  });

  it('says when the version that serves runs next, also while the notebook differs', () => {
    expect(line({ state: 'ahead' })).toBe(
      'Changed since v3. Next run Mon, Nov 24, 15:00 Pacific/Auckland'
    );
    expect(line({ state: 'behind', nextRun: null })).toBe(
      'Changed elsewhere: v3 serves now. Runs by hand.'
    );
    const paused = { paused: true, nextRun: null } as const;
    expect(line({ state: 'ahead', ...paused })).toBe(
      'Changed since v3. Paused'
    );
    expect(line({ state: 'ahead', ...paused, pausedBy: 'ben' })).toBe(
      'Changed since v3. Paused by ben'
    );
  });
});

describe('findings to check', () => {
  it('are counted where one publishes, and one click away', () => {
    const { pipeline } = openNotebook(new FakeApi(), ['a = 1', []]);
    const finding = {
      code: 'PRM406',
      severity: 'warning',
      message: '`a.csv` is frozen.',
      fix: '',
      cell: null,
      line: null,
      accepted: false,
      actions: []
    } as unknown as Finding;
    const host = document.createElement('div');
    host.className = 'jp-Promote';
    document.body.replaceChildren(host);
    React.act(() =>
      createRoot(host).render(
        <>
          <button aria-controls="steps" />
          <div id="steps" hidden>
            <FindingList model={pipeline} findings={[finding]} />
          </div>
          <ToCheck findings={[finding]} />
        </>
      )
    );
    const opened = jest.fn();
    host.querySelector('[aria-controls]')?.addEventListener('click', opened);
    const title = host.querySelector('summary');
    if (!title) {
      throw new Error('There is no list of findings.');
    }
    title.scrollIntoView = jest.fn();
    const button = host.querySelector<HTMLElement>('.jp-Promote-link');
    expect(button?.textContent).toBe('1 to check');
    React.act(() => button?.click());
    expect(opened).toHaveBeenCalled();
    expect(title.scrollIntoView).toHaveBeenCalled();
  });
});
