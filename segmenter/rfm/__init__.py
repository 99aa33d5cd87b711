"""RFM: who bought lately, often and for much, as scores from 1 to 5 and the segments that rules make of them."""
