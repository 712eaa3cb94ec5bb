import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@jupyterlab/galata';
import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { notebook, Promote, RUN_MS, unique } from './promote';

const FAILING = notebook(
  '## Load',
  [
    'from IPython.display import HTML',
    'rows = []',
    'with open("rows.txt", "w") as file:',
    '    file.write("none")',
    'print("loaded nothing")',
    'HTML("<p>a plot</p><script>document.body.dataset.ran = 1</script>")'
  ].join('\n'),
  '## Mean',
  'count = len(rows)\nprint("counted", count)',
  'mean = sum(rows) / count',
  '## Report',
  'print(mean)'
);

/** For what Airflow has to be asked for first. */
const SLOW = { timeout: 60_000 };

let shots = 0;

/** For a person to look at: `PROMOTE_LOOK=<folder> tests/ui/run failed`. */
async function shoot(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  if (process.env.PROMOTE_LOOK) {
    shots += 1;
    const file = `${process.env.PROMOTE_LOOK}/${shots}${name}.png`;
    await page.screenshot({ path: file });
  }
}

async function looksWell(
  page: IJupyterLabPageFixture,
  ...places: string[]
): Promise<void> {
  for (const theme of ['Light', 'Dark'] as const) {
    await page.theme[`set${theme}Theme`]();
    await shoot(page, `${places.join('')}-${theme}`);
    const builder = new AxeBuilder({ page });
    places.forEach(place => builder.include(place));
    const { violations } = await builder.analyze();
    expect(
      violations.map(found => [found.id, found.nodes.map(node => node.html)])
    ).toEqual([]);
  }
}

test('a failed run is seen, reviewed, debugged, repaired and compared', async ({
  page,
  tmpPath
}) => {
  test.setTimeout(3 * RUN_MS);
  const promote = new Promote(page, tmpPath);
  const name = unique('fails');
  await promote.open(name, FAILING);
  await promote.show();
  await promote.click(promote.button('Use these 3 steps'));
  await promote.publish();
  await promote.click(promote.button('Run now'));
  await promote.ended('failed');
  const notice = promote.panel.getByRole('region', {
    name: 'The last run failed'
  });
  await expect(notice).toContainText(/at mean, cell 5: ZeroDivisionError/);
  await expect(
    page.getByRole('tab', { name: /failed runs? that you have not seen/ })
  ).toBeVisible(SLOW);

  // Review: the whole notebook with its run on top.
  const told = promote.front.getByRole('region', {
    name: 'A failed run of this notebook'
  });
  await expect(told).toContainText('at mean, cell 5: ZeroDivisionError', SLOW);
  await told.getByRole('button', { name: 'Review' }).click();
  const bar = page.getByRole('region', { name: 'The run', exact: true });
  await expect(bar).toContainText('at mean, cell 5: ZeroDivisionError', SLOW);
  await expect(promote.front).toContainText('loaded nothing', SLOW);
  await expect(promote.front).toContainText(
    'ZeroDivisionError: division by zero'
  );
  await expect(promote.front.locator('.jp-Cell.jp-mod-active')).toContainText(
    'mean = sum(rows) / count',
    SLOW
  );
  // Nothing in a copy asks to be changed.
  await expect(
    promote.front.locator('span.jp-Promote-chip').first()
  ).toBeVisible();
  await expect(promote.front.locator('button.jp-Promote-chip')).toHaveCount(0);
  await bar.getByRole('button', { name: /^load, success/ }).click();
  await bar.getByRole('button', { name: 'Values' }).click();
  await expect(
    bar.getByRole('region', { name: 'Values of load' })
  ).toContainText('rows', SLOW);
  await bar.getByRole('button', { name: 'Files' }).click();
  const files = bar.getByRole('region', { name: 'Files of load' });
  await expect(files).toContainText('rows.txt 4 B', SLOW);
  const saved = page.waitForEvent('download');
  await files.getByRole('link', { name: 'Download rows.txt' }).click();
  expect((await saved).suggestedFilename()).toBe('rows.txt');
  await files.getByRole('button', { name: 'Copy rows.txt' }).click();
  await expect(files).toContainText(`Copied to ${tmpPath}/rows.txt.`, SLOW);
  await looksWell(page, '.jp-Promote-review');

  // What a run shows does not act as the person who looks, until that person says so.
  const held = promote.front.getByRole('region', {
    name: 'Outputs that are not shown'
  });
  await expect(held).toContainText('an interactive output in cell 2');
  const ran = () => page.evaluate(() => document.body.dataset.ran);
  expect(await ran()).toBeUndefined();
  await held.getByRole('button', { name: 'Trust this run' }).click();
  await expect.poll(ran).toBe('1');

  await bar.getByRole('button', { name: 'Repair from here…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Run again')).toHaveValue('load', SLOW);
  await looksWell(page, '.jp-Dialog');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  // Debug: asked first, then run as far as it went well.
  await bar.getByRole('button', { name: 'Debug' }).click();
  await expect(dialog).toContainText('rows from load', SLOW);
  await looksWell(page, '.jp-Dialog');
  await dialog.getByRole('button', { name: 'Open with inputs' }).click();
  await promote.button('Run up to the failing cell').click(SLOW);
  await expect(promote.front).toContainText('counted 0', SLOW);
  await expect(promote.front).not.toContainText('ZeroDivisionError', SLOW);

  // The repair is written there, brought back, published, and the run goes on from the failed step.
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('mean = sum(rows) / max(count, 1)');
  await promote.button('Apply to the notebook…').click();
  await expect(dialog).toContainText('+mean = sum(rows) / max(count, 1)', SLOW);
  await looksWell(page, '.jp-Dialog');
  await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect(notice).toBeVisible(SLOW);
  await expect(promote.front).toContainText('max(count, 1)');
  await promote.button('Publish again').click();
  await expect(promote.panel.getByText(/^On \(v2\)/)).toBeVisible(SLOW);
  await notice.getByRole('button', { name: 'Repair' }).click();
  await promote.ended('success');
  await expect(notice).toHaveCount(0);

  // The page of all pipelines, with the runs of this one.
  await promote.button('All pipelines').click();
  const main = page.getByRole('region', { name: 'Pipelines', exact: true });
  const stem = name.replace('.ipynb', '');
  await main.getByRole('searchbox').fill(stem, SLOW);
  await looksWell(page, '.jp-Promote-main');
  await main.getByRole('button', { name: stem, exact: true }).click(SLOW);
  await main.getByRole('button', { name: 'Run now' }).click(SLOW);
  await expect(
    main.getByRole('button', { name: /^Run of .*, success/ })
  ).toHaveCount(2, { timeout: RUN_MS });
  await looksWell(page, '.jp-Promote-main');
  await main.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByRole('region', { name: 'Comparison' })).toContainText(
    'No cell differs. 4 code cells are equal.',
    SLOW
  );
  await looksWell(page, '.jp-Promote-main');
});
