/** Takes the README's screenshots: `PROMOTE_README_IMAGES=1 tests/ui/run readme`. */
import * as path from 'path';
import { expect, test } from '@jupyterlab/galata';
import { Promote, RUN_MS } from './promote';

const CHURN = path.resolve(__dirname, '../../../examples/churn');
const IMAGES = path.resolve(__dirname, '../../../docs/images');

test.skip(
  !process.env.PROMOTE_README_IMAGES,
  'only when the screenshots are to be taken again'
);

test('the three moments', async ({ page, tmpPath }) => {
  test.setTimeout(3 * RUN_MS);
  const promote = new Promote(page, tmpPath);
  const take = (name: string): Promise<unknown> =>
    page.screenshot({ path: path.join(IMAGES, `${name}.png`) });
  for (const file of ['churn.ipynb', 'customers.csv', 'usage.csv']) {
    const target = `${tmpPath}/${file}`;
    await page.contents.uploadFile(path.join(CHURN, file), target);
  }
  await page.theme.setLightTheme();
  await page.notebook.openByPath(`${tmpPath}/churn.ipynb`);
  await page.notebook.activate('churn.ipynb');
  await promote.show();
  await page.sidebar.setWidth(360, 'left');

  await promote.step('train').click();
  await promote.panel.getByLabel('CPUs').fill('2');
  await promote.panel.getByLabel('Memory').fill('2 GiB');
  await promote.chips.filter({ hasText: 'load' }).first().click();
  await take('tag');
  await page.keyboard.press('Escape');
  await promote.step('train').click();

  await promote.button('Steps').click();
  await promote.button('Graph').click();
  await promote.button('Mondays 06:00').click();
  await promote.panel.getByText('Next runs').click();
  await promote.publish();
  await take('publish');

  await promote.button('Run now').click();
  const newest = promote.panel.getByRole('list', { name: 'Runs' });
  await expect(newest.locator('summary').first()).toContainText(
    /queued|waiting|running/
  );
  await promote.ended('success');
  await promote.button('Graph').click();
  await promote.button('Schedule').click();
  await promote.button('Open large').click();
  const large = page.locator('.jp-Promote-graphPage');
  await large.locator('.jp-Promote-edge').first().focus();
  await expect(large.getByText('load left')).toBeVisible();
  await take('graph');

  await page.activity.closePanel('Graph of churn');
  await page.notebook.activate('churn.ipynb');
  await promote.button('Open notebook').first().click();
  const figures = promote.front.locator('.jp-OutputArea img');
  await expect(async () => {
    await page.notebook.selectCells(0);
    await page.notebook.selectCells(18);
    await expect(figures.last()).toBeInViewport({ timeout: 1000 });
  }).toPass({ timeout: 30_000 });
  await take('review');
});
