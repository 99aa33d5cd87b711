// The theme, before anything is painted: the reader's choice, else the system's. Buttons with `data-theme` choose and keep it.
{
  const system = matchMedia('(prefers-color-scheme: dark)')
  const kept = () => localStorage.getItem('catena-theme') ?? 'system'
  const show = () => {
    const theme = kept() === 'system' ? (system.matches ? 'dark' : 'light') : kept()
    document.documentElement.dataset.bsTheme = theme
    for (const button of document.querySelectorAll('[data-theme]')) {
      const chosen = button.dataset.theme === kept()
      button.classList.toggle('on', chosen)
      button.setAttribute('aria-pressed', String(chosen))
    }
  }
  show()
  system.addEventListener('change', show)
  addEventListener('storage', show)
  addEventListener('DOMContentLoaded', show)
  addEventListener('click', (event) => {
    const button = event.target.closest?.('[data-theme]')
    if (button) {
      localStorage.setItem('catena-theme', button.dataset.theme)
      show()
    }
  })
}
