import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@jupyterlab/galata';
import { Promote, WITH_HEADINGS } from './promote';

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing in the ${theme} sidebar and graph`, async ({
    page,
    tmpPath
  }) => {
    const promote = new Promote(page, tmpPath);
    await promote.open(`${theme}.ipynb`, WITH_HEADINGS);
    await (theme === 'dark'
      ? page.theme.setDarkTheme()
      : page.theme.setLightTheme());
    await promote.show();
    await promote.button('Use these 4 steps').click();
    await promote.step('train').click();
    await promote.panel.getByLabel('CPUs').fill('2');
    await promote.panel.getByLabel('Memory').fill('4 GB');
    await expect(promote.step('train')).toContainText('3.7 GiB');
    await promote.button('Every day 02:00').click();
    await promote.panel.getByText('Next runs').click();
    await promote.panel.getByText('Time and retries').click();
    await promote.button('Test').click();
    await promote.button('Open large').click();
    await expect(
      page
        .locator('.jp-Promote-graphPage')
        .getByRole('button', { name: /^Step train/ })
    ).toBeVisible();
    const { violations } = await new AxeBuilder({ page })
      .include('#jupyterlab-promote')
      .include('.jp-Promote-graphPage')
      .include('.jp-Promote-chip')
      .analyze();
    expect(
      violations.map(found => [found.id, found.nodes.map(node => node.html)])
    ).toEqual([]);
  });
}
