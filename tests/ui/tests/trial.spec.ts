import { expect, test } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import { notebook, Promote, RUN_MS, unique } from './promote';

test('a notebook is tried, verified and published at two times', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(2 * RUN_MS);
  const promote = new Promote(page, tmpPath);
  const content = JSON.parse(
    notebook('n = 20', '## Load', 'rows = [n, 1]', '## Use', 'print(sum(rows))')
  );
  content.cells[0].metadata.tags = ['parameters'];
  const name = unique('tried');
  await promote.open(name, JSON.stringify(content));
  await promote.show();
  await promote.button('Use these 2 steps').click();
  await promote.button('Test').click();

  await promote.panel.getByLabel('n (int)').fill('41');
  await promote.button('Test run').click();
  await expect(promote.panel.getByText('All steps ran.')).toBeVisible({
    timeout: RUN_MS
  });
  await promote.button('Open the executed notebook').click();
  await expect(promote.front).toContainText('42');

  await page.notebook.activate(name);
  await promote.button('Verify').click();
  const badge = (text: string): Locator =>
    promote.panel.getByText(text, { exact: true });
  await expect(badge('✓ same result')).toBeVisible({ timeout: RUN_MS });

  // The same notebook once more, on Mondays and with another value.
  await promote.panel.getByText('Further schedules').click();
  await promote.panel.getByLabel('Name', { exact: true }).fill('weekly');
  await promote.button('Add a schedule').click();
  const weekly = promote.panel.getByRole('group', { name: 'weekly' });
  await weekly.getByLabel('n (int)').fill('7');
  await promote.publish();
  await expect(badge('✓ same result, v1')).toBeVisible({ timeout: 60_000 });
  await expect(weekly.getByRole('status')).toContainText(
    /__weekly: next run .*06:00/,
    { timeout: 60_000 }
  );
});
