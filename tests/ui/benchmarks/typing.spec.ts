/** Measures typing in a long notebook, with the sidebar and without it. */
import * as fs from 'fs';
import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { notebook, Promote } from '../tests/promote';

const KEYS = 40;
const ROUNDS = 5;

/** Milliseconds from each of some keys until the page was painted again. */
async function typed(page: IJupyterLabPageFixture): Promise<number[]> {
  return page.evaluate(async keys => {
    const painted = (): Promise<void> =>
      new Promise(resolve => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve();
        requestAnimationFrame(() => port2.postMessage(0));
      });
    const times: number[] = [];
    for (let key = 0; key < keys; key++) {
      await new Promise(resolve => setTimeout(resolve, 30));
      const start = performance.now();
      document.execCommand('insertText', false, 'x');
      await painted();
      times.push(performance.now() - start);
    }
    return times;
  }, KEYS);
}

test('typing in 300 cells', async ({ page, tmpPath }) => {
  test.setTimeout(600_000);
  const promote = new Promote(page, tmpPath);
  const cells = [...Array(300).keys()].map(index => `x${index} = ${index}`);
  const content = JSON.parse(notebook(...cells));
  for (const index of [0, 50, 100, 150, 200, 250]) {
    content.cells[index].metadata.tags = [`step:part${index}`];
  }
  await promote.open('typing.ipynb', JSON.stringify(content));
  await promote.show();
  await expect(promote.step('part100')).toBeVisible();
  const times = { open: [] as number[], closed: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const state of ['open', 'closed'] as const) {
      if (state === 'closed') {
        await page.sidebar.close('left');
      } else {
        await page.evaluate(() =>
          window.jupyterapp.commands.execute('jupyterlab-promote:show')
        );
      }
      await page.notebook.selectCells(3);
      await page.notebook.enterCellEditingMode(3);
      times[state].push(...(await typed(page)));
    }
  }
  fs.writeFileSync(
    String(process.env.PROMOTE_BENCH_OUT),
    JSON.stringify(times)
  );
});
