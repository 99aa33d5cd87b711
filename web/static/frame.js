// What every page can do: dialogs, menus, keys, find as you type, parts that refresh themselves, notices. No framework.

const $ = (selector, root = document) => root.querySelector(selector)
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)]
const FRAGMENT = { Accept: 'text/x-fragment, text/html' }

// Dialogs: data-open="id" opens, data-close closes, a click beside it too.
document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-open]')
  if (opener) {
    event.preventDefault()
    opener.closest('[popover]')?.hidePopover()
    open(filled(document.getElementById(opener.dataset.open), opener))
  } else if (event.target.closest('[data-find]')) {
    event.preventDefault()
    open($('#find'))
  } else if (event.target.closest('[data-close]') || event.target.matches('dialog')) {
    event.target.closest('dialog').close()
  } else if (event.target.closest('[data-drop]')) {
    event.target.closest('.notice').remove()
  } else if (event.target.closest('[data-toggle]')) {
    toggle(event.target.closest('[data-toggle]'))
  } else if (event.target.closest('[data-copy]')) {
    navigator.clipboard?.writeText(document.getElementById(event.target.closest('[data-copy]').dataset.copy).textContent)
  }
})

// A row opens the rows that belong to it.
function toggle(button) {
  const opened = button.getAttribute('aria-expanded') !== 'true'
  button.setAttribute('aria-expanded', String(opened))
  button.closest('tr').classList.toggle('lot-o', opened)
  for (const row of $$(`[data-of="${button.dataset.toggle}"]`)) row.hidden = !opened
}

// One dialog serves every row: its form goes where the opener says, its data-filled places take the opener's value.
function filled(dialog, { dataset: { action, value } }) {
  if (action) $('form', dialog).action = action
  for (const place of $$('[data-filled]', dialog)) {
    if (place.matches('input')) place.value = value
    else place.textContent = value
  }
  return dialog
}

function open(dialog) {
  for (const menu of $$('[popover]:popover-open')) menu.hidePopover()
  if (!dialog.open) dialog.showModal()
  $('input:not([type=hidden]), textarea', dialog)?.select()
}

// A dialog whose form was refused is shown again.
for (const dialog of $$('dialog[data-opened]')) dialog.showModal()

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
    // In a search field the first Escape would only empty it.
    if (event.key === 'Escape') find.close()
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

// Parts that refresh themselves while they carry data-live="/address": the answer's element of the same id takes their place;
// one with data-reload that the answer has no more brings the page anew.
setInterval(async () => {
  if (document.hidden || $('[popover]:popover-open, dialog[open]')) return
  for (const address of new Set($$('[data-live]').map((part) => part.dataset.live))) {
    const answer = await fetch(address, { headers: FRAGMENT }).catch(() => null)
    if (answer?.status === 401) location.reload()
    if (answer?.ok) refresh(address, new DOMParser().parseFromString(await answer.text(), 'text/html'))
  }
}, 2000)

function refresh(address, answer) {
  for (const part of $$(`[data-live="${CSS.escape(address)}"]`)) {
    const fresh = answer.getElementById(part.id)
    if (!fresh && 'reload' in part.dataset) location.reload()
    if (!fresh || fresh.isEqualNode(part) || part.contains(document.activeElement)) continue
    mark(part, fresh)
    part.replaceWith(fresh)
  }
}

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
for (const all of $$('[data-tick-all]')) {
  all.addEventListener('change', () => {
    for (const box of all.form.elements) if (box.name === all.dataset.tickAll) box.checked = all.checked
  })
}
for (const select of $$('[data-submit]')) select.addEventListener('change', () => select.form.requestSubmit())

// A form with data-preview="/address" shows what its values would give: the answer goes into the element that data-into names.
for (const form of $$('form[data-preview]')) {
  let timer
  let asked
  const ask = async () => {
    asked?.abort()
    asked = new AbortController()
    const request = { method: 'POST', body: new FormData(form), headers: FRAGMENT, signal: asked.signal }
    const answer = await fetch(form.dataset.preview, request).catch(() => null)
    if (answer?.ok) document.getElementById(form.dataset.into).innerHTML = await answer.text()
  }
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(ask, 300)
  }
  form.addEventListener('input', soon)
  form.addEventListener('change', soon)
  ask()
}
