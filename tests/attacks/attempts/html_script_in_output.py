# Shows scripts in every form there is, for whoever looks at the page.
# reports: -

# Nothing is to be told: outputs are kept as they are and made harmless where they are shown; see test_design_attacks.

# %%
from IPython.display import HTML, SVG, IFrame, Javascript, Latex, Markdown, display

script = "<script>alert('attack-note')</script><img src=x onerror=alert(1)><a href='javascript:alert(2)'>x</a>"
for kind in (HTML, Markdown, Latex):
    display(kind(script))
display(Javascript("alert(3)"), IFrame("javascript:alert(4)", 1, 1))
display(SVG(f"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(5)'><script>alert(6)</script></svg>"))
display({"text/html": script, "image/png": "\"><script>alert(7)</script>", "text/plain": script}, raw=True)
display(HTML("x"), metadata={"image/png": {"width": '1" onload="alert(8)'}})
print(script)

# %%
raise type(script, (Exception,), {})(script)
