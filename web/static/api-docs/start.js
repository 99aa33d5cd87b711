// Opens Swagger UI on our own document; calls tried from here go with the session of who is signed in.
// theme.js has chosen; Swagger UI has a word of its own for it.
const page = document.documentElement;
page.classList.toggle('dark-mode', page.dataset.bsTheme === 'dark');

const place = document.getElementById('api');
const token = document.querySelector('meta[name="csrf-token"]').content;

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.document,
  deepLinking: true,
  // Folded: it draws each open operation for a second.
  docExpansion: 'none',
  validatorUrl: null,
  requestInterceptor: (request) => {
    request.headers['X-CSRFToken'] = token;
    return request;
  },
});
