// What every page can do: dialogs, menus, keys, find as you type, parts that refresh themselves, notices. No framework.

const $ = (selector, root = document) => root.querySelector(selector)
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)]

// Dialogs: data-open="id" opens, data-close closes, a click beside it too.
document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-open]')
  if (opener) {
    event.preventDefault()
    opener.closest('[popover]')?.hidePopover()
    open(document.getElementById(opener.dataset.open))
  } else if (event.target.closest('[data-find]')) {
    event.preventDefault()
    open($('#find'))
  } else if (event.target.closest('[data-close]') || event.target.matches('dialog')) {
    event.target.closest('dialog').close()
  } else if (event.target.closest('[data-drop]')) {
    event.target.closest('.notice').remove()
  }
})

function open(dialog) {
  for (const menu of $$('[popover]:popover-open')) menu.hidePopover()
  if (!dialog.open) dialog.showModal()
  $('input:not([type=hidden]), textarea', dialog)?.select()
}

// Menus open beside the button that asked for them.
document.addEventListener(
  'toggle',
  (event) => {
    const menu = event.target
    if (!menu.matches?.('.pop') || event.newState !== 'open') return
    const button = $(`[popovertarget="${menu.id}"]`).getBoundingClientRect()
    const { offsetWidth: width, offsetHeight: height } = menu
    const left = button.left + width > innerWidth - 8 ? button.right - width : button.left
    const top = button.bottom + height + 4 > innerHeight ? button.top - height - 4 : button.bottom + 4
    menu.style.left = `${Math.max(8, left)}px`
    menu.style.top = `${Math.max(8, top)}px`
  },
  true,
)

// Keys: "/" finds, "?" lists the keys, "g" and a letter goes.
let going = 0
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || $('dialog[open]')) return
  const place = event.timeStamp - going < 1500 && $(`[data-key="${CSS.escape(event.key)}"]`)
  going = event.key === 'g' ? event.timeStamp : 0
  if (place) place.click()
  else if (event.key === '/') open($('#find'))
  else if (event.key === '?') open($('#shortcuts'))
  else return
  event.preventDefault()
})

const typing = (target) => target.matches('input, textarea, select, [contenteditable]')

// Find: results as one types, arrows walk along them.
const find = $('#find')
if (find) {
  const input = $('input[name=q]', find)
  const found = $('#found')
  let asked
  let timer
  const ask = async () => {
    asked?.abort()
    asked = new AbortController()
    const words = input.value.trim()
    if (!words) return found.replaceChildren()
    try {
      const answer = await fetch(`/find?q=${encodeURIComponent(words)}`, { headers: FRAGMENT, signal: asked.signal })
      if (answer.ok) found.innerHTML = await answer.text()
    } catch (error) {
      if (error.name !== 'AbortError') found.textContent = ''
    }
  }
  input.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(ask, 150)
  })
  find.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const links = [input, ...$$('a', found)]
    const step = event.key === 'ArrowDown' ? 1 : -1
    links.at((links.indexOf(document.activeElement) + step) % links.length)?.focus()
    event.preventDefault()
  })
  $('form', find).addEventListener('submit', (event) => {
    const first = $('a', found)
    if (first) {
      event.preventDefault()
      first.click()
    }
  })
}

// Parts that refresh themselves while they carry data-live="/address": the answer's element of the same id takes their place.
const FRAGMENT = { Accept: 'text/x-fragment, text/html' }
setInterval(async () => {
  if (document.hidden) return
  for (const part of $$('[data-live]')) {
    const answer = await fetch(part.dataset.live, { headers: FRAGMENT }).catch(() => null)
    if (answer?.status === 401) location.reload()
    if (!answer?.ok) continue
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(part.id)
    if (fresh && fresh.outerHTML !== part.outerHTML) {
      mark(part, fresh)
      part.replaceWith(fresh)
    }
  }
}, 2000)

// A number that changed is marked for a moment.
function mark(old, fresh) {
  for (const number of $$('[data-n]', fresh)) {
    const before = $(`[data-n="${number.dataset.n}"]`, old)
    if (before && before.textContent !== number.textContent) number.classList.add('changed')
  }
}

// A search field sends itself when typing pauses; without scripts its form has Enter.
for (const field of $$('[data-search]')) {
  let timer
  field.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(() => field.form.requestSubmit(), 450)
  })
  if (field.value && new URLSearchParams(location.search).has(field.name)) {
    field.focus()
    field.setSelectionRange(field.value.length, field.value.length)
  }
}
for (const select of $$('[data-submit]')) select.addEventListener('change', () => select.form.requestSubmit())
