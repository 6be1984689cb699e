"""What the flows of Harbour Bikes share: the data, the sums, and the base of the reports."""
