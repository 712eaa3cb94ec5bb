import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import * as React from 'react';
import { BackfillForm } from '../../../labextension/src/pipelines-page/backfill';
import { PromoteProblem } from '../../../labextension/src/api/problem';
import { HistoryModel } from '../../../labextension/src/pipelines-page/history-model';
import { Overview } from '../../../labextension/src/pipelines-page/overview';
import { OverviewModel } from '../../../labextension/src/pipelines-page/overview-model';
import { PipelinesPage } from '../../../labextension/src/pipelines-page/page';
import { FakeApi } from '../fake-api';
import { aRow, FakeReview } from '../runs/fake-review';
import { draw, named, settled } from '../runs/screen';

const options = (review: FakeReview, api = new FakeApi()) => ({
  api,
  review,
  interval: 60_000,
  shown: () => true
});

describe('the list of pipelines', () => {
  it('is filtered by text and by what happened last', async () => {
    const review = new FakeReview();
    const mark = { runId: 'r', started: null, seconds: 1 };
    review.rows = [
      aRow({ lastRuns: [{ ...mark, state: 'failed' }] }),
      aRow({ dagId: 'sales', name: 'Sales', path: 'sales.ipynb' }),
      aRow({ dagId: 'old', name: 'Old', path: 'old.ipynb', retired: true })
    ];
    const model = new OverviewModel(options(review));
    await model.refresh();
    const shown = () => model.found.map(row => row.dagId);
    model.only = 'failed';
    expect(shown()).toEqual(['churn']);
    model.only = 'unpublished';
    expect(shown()).toEqual(['old']);
    model.only = 'all';
    model.text = 'SALES';
    expect(shown()).toEqual(['sales']);
    model.turn(1);
    model.text = '';
    expect(model.offset).toBe(0);
    model.dispose();
  });

  it('tells pipelines of the same name apart by their ids', async () => {
    const review = new FakeReview();
    review.rows = [
      aRow(),
      aRow({ dagId: 'churn_2' }),
      aRow({ dagId: 'sales', name: 'Sales' })
    ];
    const model = new OverviewModel(options(review));
    await model.refresh();
    const node = await draw(
      <Overview
        model={model}
        failures={null}
        choose={() => undefined}
        open={() => undefined}
      />
    );
    expect(
      [...node.querySelectorAll('th[scope="row"]')].map(one => one.textContent)
    ).toEqual(['Churn churn', 'Churn churn_2', 'Sales']);
    model.dispose();
  });

  it('keeps what it knew when the server does not answer', async () => {
    const review = new FakeReview();
    const model = new OverviewModel(options(review));
    await model.refresh();
    review.refusal = new Error('gone');
    await model.refresh().catch(() => undefined);
    expect(model.problem?.message).toBe('gone');
    expect(model.row('churn')?.name).toBe('Churn');
    model.dispose();
  });
});

describe('the runs of a pipeline', () => {
  it('are filtered and turned at the server', async () => {
    const review = new FakeReview();
    const model = new HistoryModel({ ...options(review), dagId: 'churn' });
    await model.refresh().catch(() => undefined);
    model.want({ offset: 25 });
    model.want({ states: ['failed'] });
    await model.refresh().catch(() => undefined);
    expect(review.asked[review.asked.length - 1]).toBe('runs churn 0 failed');
    model.dispose();
  });

  it('show the run of a link that is older than the page', async () => {
    const review = new FakeReview();
    const model = new HistoryModel({
      ...options(review),
      dagId: 'churn',
      runId: 'long-ago'
    });
    await model.refresh().catch(() => undefined);
    expect(model.run?.runId).toBe('long-ago');
    model.choose('r1');
    expect(model.run?.runId).toBe('r1');
    model.dispose();
  });

  it('say once that the run of a link is not there', async () => {
    const review = new FakeReview();
    let asked = 0;
    review.run = () => {
      asked += 1;
      return Promise.reject(
        new PromoteProblem('not_found', "There is no run 'gone'.")
      );
    };
    const model = new HistoryModel({
      ...options(review),
      dagId: 'churn',
      runId: 'gone'
    });
    await model.refresh();
    await model.refresh();
    expect(asked).toBe(1);
    expect(model.problem?.message).toBe("There is no run 'gone'.");
    expect(model.run?.runId).toBe('r2');
    model.choose('r1');
    expect(model.problem).toBeNull();
    model.dispose();
  });

  it('say why an action was refused until the next one', async () => {
    const review = new FakeReview();
    const api = new FakeApi();
    const model = new HistoryModel({ ...options(review, api), dagId: 'churn' });
    api.refusal = new Error('not allowed');
    await model.setPaused(true);
    expect(model.problem?.message).toBe('not allowed');
    api.refusal = null;
    await model.setPaused(true);
    expect(api.asked).toContain('pause churn true');
    expect(model.problem?.message).not.toBe('not allowed');
    model.dispose();
  });
});

describe('the page', () => {
  it('leads from the list to a run and its failed step', async () => {
    const done: string[] = [];
    const page = new PipelinesPage({
      ...options(new FakeReview()),
      failures: null,
      translator: nullTranslator,
      labUrl: 'http://here/lab',
      links: {
        open: path => done.push(`open ${path}`),
        debug: (run, step) => done.push(`debug ${run.runId} ${step.step}`),
        repair: () => Promise.resolve(false),
        compare: run => done.push(`compare ${run.runId}`),
        openSource: path => done.push(`source ${path}`)
      }
    });
    Widget.attach(page, document.body);
    const { node } = page;
    await settled(() => node.textContent?.includes('Churn') === true);
    await React.act(async () => named(node, 'Churn').click());
    await settled(() => node.querySelector('.jp-Promote-grid') !== null);
    expect(page.place).toEqual({ dagId: 'churn', runId: 'r2' });
    expect(node.textContent).toContain("KeyError: 'age'");
    for (const button of ['Debug', 'Compare', 'Open notebook']) {
      await React.act(async () => named(node, button).click());
    }
    await React.act(async () => named(node, 'Open source notebook').click());
    expect(done).toEqual([
      'debug r2 train',
      'compare r2',
      'open churn/r2/whole.ipynb',
      'source models/churn.ipynb'
    ]);
    await React.act(async () => named(node, '‹ All pipelines').click());
    expect(page.place.dagId).toBe('');
    page.dispose();
  });
});

describe('past dates', () => {
  it('run only after it was shown which ones', async () => {
    const review = new FakeReview();
    const node = await draw(
      <BackfillForm
        timezone="Europe/Berlin"
        busy={false}
        backfill={request => review.backfill('churn', request)}
      />
    );
    const set = Object.getOwnPropertyDescriptor(
      HTMLInputElement.prototype,
      'value'
    )?.set;
    for (const [index, day] of ['2026-11-01', '2026-11-02'].entries()) {
      const input = node.querySelectorAll('input')[index];
      await React.act(async () => {
        set?.call(input, day);
        input?.dispatchEvent(new Event('input', { bubbles: true }));
      });
    }
    await React.act(async () => {
      node
        .querySelector('form')
        ?.dispatchEvent(new Event('submit', { bubbles: true }));
    });
    expect(node.textContent).toMatch(
      /2 runs of about 1 min 30 s each: .* Europe\/BerlinStart/
    );
    await React.act(async () => named(node, 'Start 2 runs').click());
    const days = '2026-10-31T23:00:00.000Z 2026-11-02T22:59:59.000Z';
    expect(review.asked).toEqual([
      `backfill churn ${days} false`,
      `backfill churn ${days} true`
    ]);
    expect(node.textContent).toContain('2 runs are started.');
  });
});
