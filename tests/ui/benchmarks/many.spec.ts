/** Measures how long the page is blocked with many pipelines and runs: a pipeline's page, its grid, filters, the list. */
import * as fs from 'fs';
import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';

/** The pipeline with many runs; `benchmarks/runs.py` fills it. */
const OFTEN = 'often';
const ROUNDS = 5;

/** Milliseconds of the longest task of the page while something is done, 0 when none took 50 ms. */
async function blocked(
  page: IJupyterLabPageFixture,
  act: () => Promise<void>
): Promise<number> {
  await page.evaluate(() => {
    const seen: number[] = [];
    const observer = new PerformanceObserver(list =>
      seen.push(...list.getEntries().map(entry => entry.duration))
    );
    observer.observe({ type: 'longtask' });
    Object.assign(window, { promoteTasks: { seen, observer } });
  });
  await act();
  return page.evaluate(async () => {
    // Two frames later the page has drawn what the last answer brought.
    for (let frame = 0; frame < 2; frame++) {
      await new Promise(resolve => requestAnimationFrame(resolve));
    }
    const { promoteTasks } = window as unknown as {
      promoteTasks: { seen: number[]; observer: PerformanceObserver };
    };
    const last = promoteTasks.observer.takeRecords();
    promoteTasks.observer.disconnect();
    return Math.max(
      0,
      ...promoteTasks.seen,
      ...last.map(entry => entry.duration)
    );
  });
}

test('many pipelines and runs', async ({ page }) => {
  test.setTimeout(600_000);
  const times: Record<string, number[]> = {};
  const measure = async (
    name: string,
    act: () => Promise<void>
  ): Promise<void> => {
    const took = await blocked(page, act);
    times[name] = [...(times[name] ?? []), took];
  };
  const rows = page.getByRole('row');
  const filter = page.getByRole('searchbox', { name: 'Filter' });
  const pages = page.getByRole('navigation', { name: 'Pages of runs' });
  await page.evaluate(() =>
    window.jupyterapp.commands.execute('jupyterlab-promote:pipelines')
  );
  await expect(rows.nth(10)).toBeVisible({ timeout: 60_000 });
  for (let round = 0; round < ROUNDS; round++) {
    await measure('filter', async () => {
      await filter.pressSequentially(OFTEN);
      await expect(rows).toHaveCount(2);
    });
    await measure('open', async () => {
      await page.getByRole('button', { name: OFTEN, exact: true }).click();
      await expect(pages.getByText(/^1 to /)).toBeVisible();
    });
    await measure('turn', async () => {
      await pages.getByRole('button', { name: 'Next page' }).click();
      await expect(pages.getByText(/^1 to /)).toBeHidden();
    });
    await measure('back', async () => {
      await page.getByRole('button', { name: '‹ All pipelines' }).click();
      await filter.fill('');
      await expect(rows.nth(10)).toBeVisible();
    });
  }
  fs.writeFileSync(
    String(process.env.PROMOTE_BENCH_OUT),
    JSON.stringify(times)
  );
});
