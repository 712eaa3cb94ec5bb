import { expect, test } from '@jupyterlab/galata';
import { Promote, RUN_MS, unique, WITH_HEADINGS } from './promote';

test('a notebook with headings runs every day after eight clicks', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(2 * RUN_MS);
  const promote = new Promote(page, tmpPath);
  await promote.open(unique('clicks'), WITH_HEADINGS);

  await promote.show();
  await promote.click(promote.button('Use these 4 steps'));
  await expect(
    promote.chips.filter({ hasText: 'train' }).first()
  ).toBeVisible();
  await promote.click(promote.step('train'));
  await promote.click(promote.panel.getByLabel('CPUs'));
  await page.keyboard.type('2');
  await page.keyboard.press('Tab');
  await expect(promote.panel.getByLabel('GPUs')).toBeFocused();
  await expect(promote.step('train')).toContainText('2 CPU');
  await promote.click(promote.button('Every day 02:00'));
  await promote.publish();
  await expect(promote.panel.getByText(/Next run .*02:00/)).toBeVisible();
  await promote.click(promote.button('Run now'));
  await promote.ended('success');
  await promote.click(promote.button('Open notebook').first());

  await expect(promote.front).toContainText('the total is 6.0');
  await expect(promote.front).toContainText('sorted [1, 2, 3]');
  await expect(promote.front).toContainText('read-only');
  expect(promote.clicks).toBe(8);

  // The page is loaded again with the run in front.
  await page.reload({ waitForIsReady: false });
  await expect(
    page.getByRole('region', { name: 'The run', exact: true })
  ).toContainText('success', { timeout: 60_000 });
  await expect(promote.front).toContainText('the total is 6.0');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});
