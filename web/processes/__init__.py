"""The processes that one installation consists of, and who watches over them."""
